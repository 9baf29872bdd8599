"""The fields of one page for people and programs: value, source, and what was not taken, and why."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scraper.selection.evidence import evidence
from scraper.selection.explain import Explained, RunnerUp
from scraper.selection.found import Reading, Source, Value
from scraper.selection.wanted import Kind
from tandem.query_cells import as_cell

SHOWN_RECORDS = 3  # of a list, in a terminal
SHOWN_RUNNERS_UP = 3
LONGEST = 120  # characters of a text
_ADDRESSES = frozenset((Kind.URL, Kind.IMAGE))


def fields_as_json(explained: Sequence[Explained]) -> dict[str, Any]:
    """Records with their sources, one for one; per record type and field all that was weighed."""
    readings = [(one.wanted.record, reading) for one in explained for reading in one.records]
    return {
        "records": [{"record": record, **reading.data} for record, reading in readings],
        "sources": [{name: evidence(found) for name, found in one.values.items()} for _, one in readings],
        "candidates": {one.wanted.record: _candidates(one) for one in explained},
    }


def _candidates(one: Explained) -> dict[str, list[dict[str, Any]]]:
    why_not = {
        (name, beaten.choice.id): beaten.why_not for name, of in one.runners_up.items() for beaten in of
    }
    return {
        name: [
            {
                "value": choice.value.value,
                "score": choice.score,
                "label": choice.label,
                "context": choice.context,
                "source": evidence(choice.value),
                "why_not": why_not.get((name, choice.id), ""),
            }
            for choice in choices
        ]
        for name, choices in one.considered.items()
    }


def field_lines(explained: Sequence[Explained], url: str) -> Iterator[str]:
    """Each field with its value, how it was obtained, where it stands, and the runners-up."""
    if not url and any(field.kind in _ADDRESSES for one in explained for field in one.wanted.fields):
        yield "addresses   only whole ones can be read: no canonical link says where the file is from"
    for one in explained:
        count = len(one.records)
        sure = f", {one.confidence:.0%} sure" if count else ""
        yield ""
        yield f"{one.wanted.record}: {count} {'record' if count == 1 else 'records'}{sure}"
        for ordinal, reading in enumerate(one.records[:SHOWN_RECORDS]):
            if count > 1:
                yield f"  record {ordinal + 1} of {count}"
            yield from _reading_lines(one, reading, with_runners_up=ordinal == 0)
        if count > SHOWN_RECORDS:
            yield f"  and {count - SHOWN_RECORDS} more: --json shows all"


def _reading_lines(one: Explained, reading: Reading, *, with_runners_up: bool) -> Iterator[str]:
    for field in one.wanted.fields:
        found = reading.values.get(field.name)
        if found is None:
            yield f"  {field.name:<14} nothing found"
        for value in _each(found):
            how = f"{value.source.how} {value.confidence:.2f}"
            doubt = ", not sure" if field.name in one.undecided else ""
            yield f"  {field.name:<14} {_short(value.value)} ({how}{doubt})"
            yield f"  {'':<14}   from {_where(value.source)}"
        if with_runners_up:
            yield from map(_runner_up_line, one.runners_up.get(field.name, ())[:SHOWN_RUNNERS_UP])


def _runner_up_line(one: RunnerUp) -> str:
    return (
        f"  {'':<14}   not {_short(one.choice.value.value)}: {one.why_not}; {_where(one.choice.value.source)}"
    )


def _each(found: Value | tuple[Value, ...] | None) -> Iterable[Value]:
    if found is None:
        return ()
    return (found,) if isinstance(found, Value) else found


def _where(source: Source) -> str:
    place = source.path + (f"/@{source.attribute}" if source.attribute else "") + source.inside
    return f"{_short(source.text)!r} at {place}, {source.start} to {source.end}"


def _short(value: Any) -> str:
    text = as_cell(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
