"""What was selected in pages: records as they are decided, and the pages that wait for more."""

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from storage.ledger import Connection
from storage.record_pack import pack
from storage.record_row import Decision, RecordRow
from storage.record_rows import write_records
from storage.words import Outcome, Selected, SelectedRecord, Undecided, Visit

FIRST_DECISION = 1
_READ = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
# A later look may leave the question of an earlier one as it is.
_WAIT = (
    "INSERT INTO undecided (visit, run, host, url, key, template, reason, version, packed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit) DO UPDATE SET template = excluded.template,"
    " reason = excluded.reason, version = excluded.version,"
    " packed = CASE WHEN excluded.packed = x'' THEN packed ELSE excluded.packed END"
)
_WAITING = "SELECT visit, host, url, key, template, reason, version, packed FROM undecided WHERE run = ?"
# Two searches of an index: as one, `(template, visit) > (?, ?)` would read a template from its beginning.
_OF_TEMPLATE = f"{_WAITING} AND template = ? AND visit > ?{{further}} ORDER BY visit LIMIT ?"
_BEHIND_IT = f"{_WAITING} AND template > ?{{further}} ORDER BY template, visit LIMIT ?"
_IS_ASKED, _IS_OLDER = " AND packed <> x''", " AND version < ?"
_NEXT = "SELECT coalesce(max(decision), 0) + 1 FROM decided WHERE visit = ?"


class WaitingPage(NamedTuple):
    """A page whose records may still change."""

    visit: int
    host: str
    url: str
    key: bytes
    template: str
    reason: str
    version: int
    packed: bytes


class Reselected(NamedTuple):
    """What a second look at a stored page found."""

    visit: int
    run: str
    host: str
    url: str
    key: bytes
    decided_at: float  # seconds since the epoch
    selected: Selected


def keep_selected(connection: Connection, run: int, visits: Sequence[Visit]) -> None:
    """What was selected at once in pages that end now."""
    found = [
        (visit, visit.page.selected) for visit in visits if visit.page.selected and visit.outcome in _READ
    ]
    if not found:
        return
    run_id = str(connection.execute("SELECT id FROM runs WHERE run = ?", (run,)).fetchone()[0])
    rows: list[RecordRow] = []
    nothing: list[Decision] = []
    for visit, selected in found:
        link = visit.lease.link
        again = Reselected(
            visit.lease.visit, run_id, link.host, link.url, link.key, visit.fetched_at, selected
        )
        rows += _rows(again, FIRST_DECISION)
        nothing += [Decision(again.visit, record, FIRST_DECISION) for record in selected.nothing]
        if selected.undecided is not None:
            _wait(connection, run, again, selected.undecided)
    write_records(connection, pack(rows, nothing))


def keep_reselected(connection: Connection, run: int, pages: Iterable[Reselected]) -> None:
    """What second looks found: a new decision each, and whether the page still waits."""
    rows: list[RecordRow] = []
    nothing: list[Decision] = []
    for page in pages:
        decision = int(connection.execute(_NEXT, (page.visit,)).fetchone()[0])
        rows += _rows(page, decision)
        nothing += [Decision(page.visit, record, decision) for record in page.selected.nothing]
        if page.selected.undecided is None:
            connection.execute("DELETE FROM undecided WHERE visit = ?", (page.visit,))
        else:
            _wait(connection, run, page, page.selected.undecided)
    write_records(connection, pack(rows, nothing))


def take_back(connection: Connection, visit: int, wished: Container[str]) -> None:
    """Decides that a page holds no records of other kinds than these."""
    query = "SELECT name, decision FROM decided JOIN record_types USING (type) WHERE visit = ? AND rows > 0"
    held = connection.execute(query, (visit,)).fetchall()
    nothing = [Decision(visit, str(name), int(last) + 1) for name, last in held if name not in wished]
    if nothing:
        write_records(connection, pack([], nothing))


def _rows(page: Reselected, decision: int) -> Iterator[RecordRow]:
    moment = int(page.decided_at * 1_000_000)
    for one in page.selected.rows:
        place = (page.host, page.url, page.visit, page.run, page.key)
        yield RecordRow(*place, one.record, one.ordinal, decision, moment, one.data, one.sources)


def _wait(connection: Connection, run: int, page: Reselected, undecided: Undecided) -> None:
    connection.execute(_WAIT, (page.visit, run, page.host, page.url, page.key, *undecided))


def take_undecided(
    connection: Connection, run: int, after: tuple[str, int], most: int, *, further: str = ""
) -> list[WaitingPage]:
    """The next pages of a run that wait, by template, behind (template, visit)."""
    template = after[0]
    found = connection.execute(_OF_TEMPLATE.format(further=further), (run, *after, most)).fetchall()
    if len(found) < most:
        behind = _BEHIND_IT.format(further=further)
        found += connection.execute(behind, (run, template, most - len(found))).fetchall()
    return [WaitingPage(*row) for row in found]


def take_asked(connection: Connection, run: int, after: tuple[str, int], most: int) -> list[WaitingPage]:
    """The same, of pages that hold a question."""
    return take_undecided(connection, run, after, most, further=_IS_ASKED)


def take_outdated(
    connection: Connection, run: int, template: str, version: int, after: int, most: int
) -> list[WaitingPage]:
    """The next pages of one template that were read before a version, behind a visit."""
    query = _OF_TEMPLATE.format(further=_IS_OLDER)
    return [WaitingPage(*row) for row in connection.execute(query, (run, template, after, version, most))]


def count_undecided(connection: Connection, run: int) -> dict[str, int]:
    """How many pages of a run wait, by reason."""
    query = "SELECT reason, count(*) FROM undecided WHERE run = ? GROUP BY reason"
    return {str(reason): int(count) for reason, count in connection.execute(query, (run,))}


def place_undecided(connection: Connection, placed: Iterable[tuple[str, int]]) -> None:
    """(template, visit) of waiting pages whose template has only been known since."""
    connection.executemany("UPDATE undecided SET template = ? WHERE visit = ? AND template = ''", placed)


def count_records(connection: Connection, run: int) -> dict[str, int]:
    """How many records of each type a run has."""
    query = (
        "SELECT name, sum(rows) FROM decided JOIN record_types USING (type) JOIN known USING (visit)"
        " WHERE run = ? GROUP BY name HAVING sum(rows) > 0 ORDER BY name"
    )
    return {str(name): int(rows) for name, rows in connection.execute(query, (run,))}


def let_stand(connection: Connection, visits: Iterable[int]) -> None:
    """The records of these pages are final as they are."""
    connection.executemany("DELETE FROM undecided WHERE visit = ?", ((visit,) for visit in visits))


def never_read(connection: Connection, visits: Iterable[int]) -> set[int]:
    """Those of the visits in which no record was looked for yet."""
    query = "SELECT EXISTS (SELECT 1 FROM decided WHERE visit = ?)"
    return {visit for visit in visits if not connection.execute(query, (visit,)).fetchone()[0]}


def undecided_visits(connection: Connection, visits: Iterable[int]) -> set[int]:
    """Those of the visits that wait for more."""
    query = "SELECT EXISTS (SELECT 1 FROM undecided WHERE visit = ?)"
    return {visit for visit in visits if connection.execute(query, (visit,)).fetchone()[0]}


def selected_record(record: str, ordinal: int, data: object, sources: object) -> SelectedRecord:
    """A record with its JSON as it is stored."""
    return SelectedRecord(record, ordinal, as_json(data), as_json(sources))


def as_json(value: object) -> str:
    """As data and sources are stored."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
