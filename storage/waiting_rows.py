"""What the frontier reads from the ledger: heads of host queues, counts, earlier copies."""

from dataclasses import dataclass

from storage.host_queue import Waiting
from storage.ledger import Connection
from storage.visit_rows import DONE, KEY_BYTES
from storage.words import Kind, Link, Validators

_HEAD = (
    "SELECT w.visit, w.url, k.key, w.priority, w.depth, w.links_left, w.kind, w.tries, w.via,"
    " coalesce(w.slot, 0) FROM waiting w"
    " JOIN known k USING (visit) WHERE w.run = ? AND w.host = ? AND w.not_before <= ?"
    " ORDER BY w.priority, w.visit LIMIT ?"
)
_SOONEST = "SELECT min(not_before) FROM waiting WHERE run = ? AND host = ? AND not_before > ?"
_NAME = "SELECT name FROM hosts WHERE host = ?"
_NEXT_HOST = "SELECT min(host) FROM waiting WHERE run = ? AND host > ?"
_EARLIER = (
    "SELECT coalesce(body, visit), digest, validator, visit FROM known"
    " WHERE key = ? AND run < ? AND state = ? AND digest IS NOT NULL"
    " AND run IN (SELECT run FROM runs WHERE job = (SELECT job FROM runs WHERE run = ?))"
    " ORDER BY run DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of a host's queue that may be visited now."""

    rows: tuple[Waiting, ...]
    is_full: bool  # more rows may follow
    delayed_until: float | None  # when the next of the others may be visited


def count_waiting(connection: Connection, run: int) -> int:
    """How many links of the run wait."""
    return int(connection.execute("SELECT count(*) FROM waiting WHERE run = ?", (run,)).fetchone()[0])


def hosts_with_waiting(connection: Connection, run: int, limit: int) -> list[tuple[int, str]]:
    """Hosts that have waiting links, by skipping through the index."""
    found: list[tuple[int, str]] = []
    last = -1
    while len(found) < limit:
        number = connection.execute(_NEXT_HOST, (run, last)).fetchone()[0]
        if number is None:
            break
        found.append((int(number), str(connection.execute(_NAME, (number,)).fetchone()[0])))
        last = int(number)
    return found


def read_head(connection: Connection, run: int, host: int, now: float, limit: int) -> Head:
    """The head of one host's queue, with what earlier runs know of each URL."""
    rows = connection.execute(_HEAD, (run, host, now, limit)).fetchall()
    name = str(connection.execute(_NAME, (host,)).fetchone()[0])
    is_full = len(rows) == limit
    soonest = None if is_full else connection.execute(_SOONEST, (run, host, now)).fetchone()[0]
    waiting = tuple(
        Waiting(
            visit,
            Link(url, key, name, priority, depth, left, Kind(kind), _split(via), slot=slot),
            tries,
            earlier(connection, run, key) if run > 1 else None,
        )
        for visit, url, key, priority, depth, left, kind, tries, via, slot in rows
    )
    return Head(waiting, is_full, soonest)


def _split(via: bytes) -> tuple[bytes, ...]:
    return tuple(via[at : at + KEY_BYTES] for at in range(0, len(via), KEY_BYTES))


def earlier(connection: Connection, run: int, key: bytes) -> Validators | None:
    """What earlier runs of the job know of a URL."""
    row = connection.execute(_EARLIER, (key, run, DONE, run)).fetchone()
    if row is None:
        return None
    visit, digest, validator, latest = row
    if validator is None:
        return Validators(visit, digest, latest=latest)
    if validator.startswith(" "):
        return Validators(visit, digest, last_modified=validator[1:], latest=latest)
    return Validators(visit, digest, etag=validator, latest=latest)


def postpone(connection: Connection, visit: int, not_before: float, url: str | None, *, counts: bool) -> None:
    """Puts a visit back in the queue, not to be asked before a moment."""
    connection.execute(
        "UPDATE waiting SET not_before = ?, tries = tries + ?, url = coalesce(?, url) WHERE visit = ?",
        (not_before, int(counts), url, visit),
    )
