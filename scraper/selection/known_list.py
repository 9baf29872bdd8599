"""Lists with what is known of them: which nodes are records, and where the fields stand inside of one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scraper.selection.knowledge import ROWS, KnownField, digest_of
from scraper.selection.nodes import Node
from scraper.selection.observation import FieldSeen, Trial
from scraper.selection.observe import made_for, may_repeat
from scraper.selection.read_known import Found, Known, digest_of_value, read_known
from scraper.selection.value import Context
from scraper.selection.wanted import Field, Wanted

SAMPLE = 5  # records of a page from which selectors are made
MOST_OF = 0.6  # of them have to be served by a selector


class ListedRecord(NamedTuple):
    """One record of a list: its only node, or None where it has several, and what was found in it."""

    node: Node | None
    values: Mapping[str, Found]


def row_lines(about: Mapping[str, KnownField]) -> tuple[str, ...]:
    """The lines that find the records, best first."""
    rows = about.get(ROWS)
    return () if rows is None else rows.pinned or (*rows.promoted, *rows.earlier)


def read_rows(
    records: Sequence[ListedRecord], wanted: Wanted, about: Mapping[str, KnownField], context: Context
) -> list[Known | None]:
    """What known selectors find in each record; None for those of several nodes."""
    fields = [field for field in wanted.fields if _is_known(about.get(field.name))]
    return [
        read_known(one.node, fields, about, context) if fields and one.node is not None else None
        for one in records
    ]


def observe_list(
    root: Node,
    records: Sequence[ListedRecord],
    known: Sequence[Known | None],
    wanted: Wanted,
    about: Mapping[str, KnownField],
    context: Context,
) -> tuple[FieldSeen, ...]:
    """What the fields of a list teach; each page votes once, whatever its length."""
    single = [one for one in records if one.node is not None][:SAMPLE]
    seen = []
    for field in wanted.fields:
        one = _fared(FieldSeen(field.name, digest_of(field), may_repeat(field)), known)
        found = [record.values[field.name] for record in records if field.name in record.values]
        if found:
            one = one._replace(value=digest_of_value([digest_of_value(value).hex() for value in found]))
        knowledge = about.get(field.name)
        if found and (knowledge is None or (knowledge.is_learning and not knowledge.pinned)):
            one = one._replace(made=_made(root, single, field, context))
        seen.append(one)
    return tuple(seen)


def observe_rows(
    made: Sequence[str], about: Mapping[str, KnownField], used: str, records: Sequence[ListedRecord]
) -> FieldSeen:
    """What the nodes of the records teach: the lines that find them here, or how the known ones fared."""
    lines = row_lines(about)
    values = [digest_of_value(value).hex() for one in records for value in one.values.values()]
    seen = FieldSeen(ROWS, b"", may_repeat=False, value=digest_of_value(values) if records else b"")
    if lines and not about[ROWS].pinned:
        found = used in lines
        seen = seen._replace(
            trial=str(Trial.FOUND if found else Trial.MISSING), used=lines.index(used) if found else -1
        )
    return seen if used else seen._replace(made=tuple(made))


def _is_known(one: KnownField | None) -> bool:
    return one is not None and bool(one.pinned or one.promoted or one.earlier)


def _fared(seen: FieldSeen, known: Sequence[Known | None]) -> FieldSeen:
    """How the selectors of one field did over all records: they hit where they serve half of them."""
    tries = [one for each in known if each is not None for one in each.tries if one.field == seen.field]
    if not tries:
        return seen
    used = Counter(one.used for one in tries if one.used >= 0)
    if 2 * used.total() >= len(tries):
        return seen._replace(trial=str(Trial.FOUND), used=used.most_common(1)[0][0])
    return seen._replace(trial=str(next(one.trial for one in tries if one.used < 0)), used=-1)


def _made(root: Node, records: Sequence[ListedRecord], field: Field, context: Context) -> tuple[str, ...]:
    """Selectors inside of a record that serve most of those that have the field."""
    counted: Counter[str] = Counter()
    having = 0
    for one in records:
        value = one.values.get(field.name)
        if value is not None:
            having += 1
            counted.update(made_for(root, one.node, field, value, context))
    return tuple(line for line, count in counted.items() if count >= MOST_OF * having)
