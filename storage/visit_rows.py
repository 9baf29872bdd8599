"""What one commit writes: links that wait, visits that ended, counters that move with them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from storage.content_rows import Kept, keep_contents
from storage.header_json import as_json, sent_as_json
from storage.ledger import Connection
from storage.moved_seeds import keep_moved_seeds
from storage.rendering_rows import is_rendered, keep_renderings, take_back_renderings
from storage.selection_rows import keep_selected
from storage.words import Budget, Kind, Link, Outcome, Refusal, Visit

WAITING, DONE, OPEN = 0, 1, 2
_NOTHING_FETCHED = ("", "[]", "", "", "", "", "", b"", 0, 0, 0, 0, None, b"", b"", "[]")
KEY_BYTES = 16
NOT_MODIFIED = 304
_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})

_INSERT_KNOWN = "INSERT OR IGNORE INTO known (run, key, state, links_left) VALUES (?, ?, ?, ?)"
_INSERT_WAITING = (
    "INSERT INTO waiting (visit, run, host, priority, depth, links_left, kind, tries, not_before, url, via)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)"
)
_INSERT_AGAIN = _INSERT_WAITING.replace(
    "INSERT", "INSERT OR IGNORE", 1
)  # it may wait to be read again already
_NEARER = (
    "UPDATE waiting SET depth = min(depth, ?), priority = min(priority, ?), links_left = ?"
    " WHERE links_left < ? AND visit = (SELECT visit FROM known WHERE key = ? AND run = ?)"
)
_NEARER_DONE = (
    "UPDATE known SET links_left = ? WHERE key = ? AND run = ? AND state = ? AND links_left < ?"
    " AND digest IS NOT NULL RETURNING visit"
)
_USE_BUDGET = (
    "INSERT INTO budgets (run, name, used) VALUES (?, ?, 1)"
    " ON CONFLICT (run, name) DO UPDATE SET used = used + 1 WHERE used < ?"
)
_YIELD = "SELECT fetched, fresh FROM budgets WHERE run = ? AND name = ?"
_COUNT_YIELD = "UPDATE budgets SET fetched = fetched + 1, fresh = fresh + ? WHERE run = ? AND name = ?"
_TALLY = (
    "INSERT INTO tallies (run, kind, outcome, reason, visits, bytes) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (run, kind, outcome, reason)"
    " DO UPDATE SET visits = visits + excluded.visits, bytes = bytes + excluded.bytes"
)
_PENDING = (
    "INSERT OR REPLACE INTO pending (visit, run, url, key, host, kind, depth, links_left, outcome, reason,"
    " final, status, fetched_at, location, headers, content_type, charset, title, language, canonical,"
    " digest, body_bytes, wire_bytes, truncated, rendered, body_of, body, links, request)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_END_KNOWN = "UPDATE known SET state = ?, digest = ?, validator = ?, body = ? WHERE visit = ?"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of links handed to the frontier."""

    waiting: int = 0
    refused: int = 0
    hosts: frozenset[str] = frozenset()


class HostNumbers:
    """Numbers for host names, remembered while they are in use."""

    LIMIT = 20_000  # bounds memory when a crawl meets very many hosts

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, connection: Connection, name: str) -> int:
        """The host's number, given out when it is new."""
        known = self._numbers.get(name)
        if known is not None:
            return known
        connection.execute("INSERT OR IGNORE INTO hosts (name) VALUES (?)", (name,))
        number = int(connection.execute("SELECT host FROM hosts WHERE name = ?", (name,)).fetchone()[0])
        if len(self._numbers) >= self.LIMIT:
            self._numbers.clear()
        self._numbers[name] = number
        return number

    def forget(self) -> None:
        """Drops what a rolled-back transaction may have invented."""
        self._numbers.clear()


class Tally:
    """Counts of one transaction, written as few rows."""

    def __init__(self, run: int) -> None:
        self._run = run
        self._visits: Counter[tuple[int, str, str]] = Counter()
        self._bytes: Counter[tuple[int, str, str]] = Counter()

    def add(self, kind: int, outcome: str, reason: str, wire_bytes: int = 0, visits: int = 1) -> None:
        """One more visit that ended so."""
        self._visits[kind, outcome, reason] += visits
        self._bytes[kind, outcome, reason] += wire_bytes

    def write(self, connection: Connection) -> None:
        """Moves the run's counters."""
        connection.executemany(
            _TALLY, [(self._run, *name, count, self._bytes[name]) for name, count in self._visits.items()]
        )


def add_links(connection: Connection, run: int, links: Iterable[Link], hosts: HostNumbers) -> Added:
    """New links wait, links beyond a budget are refused by its name, known ones only come nearer."""
    waiting, refused, touched = 0, [], set()
    for link in links:
        cursor = connection.execute(_INSERT_KNOWN, (run, link.key, WAITING, link.left))
        if not cursor.rowcount:
            if _come_nearer(connection, run, link, hosts):
                touched.add(link.host)
                waiting += 1
            continue
        visit = cursor.lastrowid
        spent = _spend(connection, run, link)
        if spent is not None:
            refused.append((visit, Refusal(link, spent)))
            continue
        number = hosts.number(connection, link.host)
        via = b"".join(link.via)
        connection.execute(
            _INSERT_WAITING,
            (visit, run, number, link.priority, link.depth, link.left, int(link.kind), link.url, via),
        )
        touched.add(link.host)
        waiting += 1
    if refused:
        _write_refusals(connection, run, refused)
    return Added(waiting, len(refused), frozenset(touched))


def _come_nearer(connection: Connection, run: int, link: Link, hosts: HostNumbers) -> bool:
    """A waiting link moves up; a stored page waits to be read again, since its links may now be in reach."""
    nearer = (link.depth, link.priority, link.left, link.left, link.key, run)
    if connection.execute(_NEARER, nearer).rowcount:
        return False
    done = connection.execute(_NEARER_DONE, (link.left, link.key, run, DONE, link.left)).fetchone()
    if done is None:
        return False
    number, kind = hosts.number(connection, link.host), int(Kind.REREAD)
    row = (done[0], run, number, link.priority, link.depth, link.left, kind, link.url, b"")
    return connection.execute(_INSERT_AGAIN, row).rowcount > 0


def refuse_links(connection: Connection, run: int, refusals: Iterable[Refusal]) -> int:
    """Links that the crawl's rules refuse become rows at once, each once."""
    fresh = []
    for refusal in refusals:
        cursor = connection.execute(_INSERT_KNOWN, (run, refusal.link.key, DONE, refusal.link.left))
        if cursor.rowcount:
            fresh.append((cursor.lastrowid, refusal))
    if fresh:
        _write_refusals(connection, run, fresh)
    return len(fresh)


def _spend(connection: Connection, run: int, link: Link) -> str | None:
    """Takes one from each of the link's budgets; the reason of the one that is used up."""
    for budget in link.budgets:
        if budget.judged_after and _is_barren(connection, run, budget):
            return budget.barren_reason
        if not connection.execute(_USE_BUDGET, (run, budget.name, budget.limit)).rowcount:
            return budget.reason
    return None


def _is_barren(connection: Connection, run: int, budget: Budget) -> bool:
    """Whether the group's members brought too little that was new."""
    row = connection.execute(_YIELD, (run, budget.name)).fetchone()
    if row is None:
        return False
    fetched, fresh = row
    return bool(fetched >= budget.judged_after and fresh < fetched * budget.least_fresh)


def _count_yield(connection: Connection, run: int, visits: Sequence[Visit]) -> None:
    """Counts what pages of bounded groups brought."""
    for visit in visits:
        if visit.group:
            page = visit.page
            # A page that says what another said brings no more than the same bytes would.
            first = page.content.duplicate_of if page.content is not None else None
            brought = (run, visit.group, (first or page.read_digest)[:KEY_BYTES])
            fresh = connection.execute("INSERT OR IGNORE INTO brought VALUES (?, ?, ?)", brought).rowcount
            connection.execute(_COUNT_YIELD, (fresh, run, visit.group))


def _write_refusals(connection: Connection, run: int, refused: Sequence[tuple[int | None, Refusal]]) -> None:
    tally = Tally(run)
    rows = []
    for visit, refusal in refused:
        link = refusal.link
        tally.add(int(link.kind), Outcome.REFUSED, refusal.reason)
        named = (visit, run, link.url, link.key, link.host, int(link.kind), link.depth, link.left)
        rows.append((*named, Outcome.REFUSED, refusal.reason, 1, 0, refusal.at, *_NOTHING_FETCHED))
    connection.executemany(_PENDING, rows)
    connection.executemany("UPDATE known SET state = ? WHERE visit = ?", [(DONE, row[0]) for row in rows])
    tally.write(connection)


def commit_visits(connection: Connection, run: int, visits: Sequence[Visit], hosts: HostNumbers) -> Added:
    """Ends visits: their rows are pending, their links wait, their leases are over."""
    tally = Tally(run)
    ended = [visit for visit in visits if visit.lease.link.kind is not Kind.REREAD]
    for visit in ended:
        tally.add(int(visit.lease.link.kind), visit.outcome, visit.reason, visit.page.wire_bytes)
    connection.executemany("DELETE FROM waiting WHERE visit = ?", [(visit.lease.visit,) for visit in visits])
    connection.executemany(_END_KNOWN, [_end_row(visit) for visit in ended])
    connection.executemany(_PENDING, [_pending_row(run, visit) for visit in ended])
    keep_renderings(connection, run, ended)
    keep_contents(connection, (kept for visit in ended for kept in _contents_of(visit)))
    keep_selected(connection, run, ended)
    keep_moved_seeds(connection, run, ended)
    tally.write(connection)
    _count_yield(connection, run, ended)
    refuse_links(connection, run, (refusal for visit in visits for refusal in visit.refusals))
    return add_links(connection, run, (link for visit in visits for link in visit.new_links), hosts)


def _contents_of(visit: Visit) -> Iterator[Kept]:
    page, link = visit.page, visit.lease.link
    if page.content is not None and page.read_digest and visit.outcome in _STORED:
        yield Kept(link.host, link.url, page.read_digest, page.content)


def _body_of(visit: Visit) -> int | None:
    unchanged = visit.outcome is Outcome.UNCHANGED and visit.lease.earlier is not None
    return visit.lease.earlier.visit if unchanged and visit.lease.earlier else None


def _end_row(visit: Visit) -> tuple[object, ...]:
    page = visit.page
    state = DONE if visit.final else OPEN
    if visit.outcome not in _STORED:  # what was not read whole is no copy that a later run may build on
        return (state, None, None, None, visit.lease.visit)
    validator = validator_of(page.headers) or _earlier_validator(visit)
    return (state, page.digest[:KEY_BYTES] or None, validator, _body_of(visit), visit.lease.visit)


def _earlier_validator(visit: Visit) -> str | None:
    """A server need not repeat the validators that it has just confirmed."""
    earlier = visit.lease.earlier
    if visit.status != NOT_MODIFIED or earlier is None:
        return None
    return earlier.etag or (f" {earlier.last_modified}" if earlier.last_modified else None)


def validator_of(headers: Sequence[tuple[str, str]]) -> str | None:
    """The etag, or last-modified behind a blank: no etag begins with one."""
    modified = None
    for name, value in headers:
        lower = name.lower()
        if lower == "etag" and value:
            return value
        if lower == "last-modified" and value:
            modified = f" {value}"
    return modified


def _pending_row(run: int, visit: Visit) -> tuple[object, ...]:
    link, page = visit.lease.link, visit.page
    return (
        visit.lease.visit, run, link.url, link.key, link.host, int(link.kind), link.depth, link.left,
        visit.outcome, visit.reason, visit.final, visit.status, visit.fetched_at, visit.location,
        as_json(page.headers),
        page.content_type, page.charset, page.title, page.language, page.canonical, page.digest,
        page.body_bytes, page.wire_bytes, page.truncated, is_rendered(page), _body_of(visit),
        page.body, page.links, sent_as_json(page.request),
    )  # fmt: skip


def reopen(connection: Connection, run: int) -> int:
    """Visits without a final outcome wait again; their rows and counts are taken back."""
    rows = connection.execute(
        "SELECT p.visit, p.url, p.host, p.kind, p.depth, p.links_left, p.outcome, p.reason, p.wire_bytes"
        " FROM known k JOIN pending p USING (visit) WHERE k.run = ? AND k.state = ?",
        (run, OPEN),
    ).fetchall()
    tally = Tally(run)
    for visit, url, host, kind, depth, left, outcome, reason, wire_bytes in rows:
        tally.add(kind, outcome, reason, -wire_bytes, -1)
        number = connection.execute("SELECT host FROM hosts WHERE name = ?", (host,)).fetchone()[0]
        connection.execute(_INSERT_WAITING, (visit, run, number, 0, depth, left, kind, url, b""))
        take_back_renderings(connection, run, visit)
        connection.execute("DELETE FROM pending WHERE visit = ?", (visit,))
        connection.execute("UPDATE known SET state = ? WHERE visit = ?", (WAITING, visit))
    tally.write(connection)
    return len(rows)


def is_page(kind: int) -> bool:
    """Whether visits of this kind count as pages of the run."""
    return kind == Kind.PAGE
