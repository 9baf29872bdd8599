"""What a best-first frontier writes: the slots of its links, their offsets, how relevant pages were."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from storage.ledger import Connection
from storage.visit_rows import Added, HostNumbers, add_links, commit_visits
from storage.words import Kind, Link, Visit

_OFFSET = "SELECT offset FROM slots WHERE run = ? AND slot = ?"
_SET_OFFSET = (
    "INSERT INTO slots (run, slot, offset) VALUES (?, ?, ?)"
    " ON CONFLICT (run, slot) DO UPDATE SET offset = excluded.offset"
)
_MOVE = "UPDATE waiting SET priority = priority + ? WHERE run = ? AND slot = ?"
_HOSTS = "SELECT name FROM hosts WHERE host IN (SELECT DISTINCT host FROM waiting WHERE run = ? AND slot = ?)"
# A link that is met again in a better place moves there.
_PLACE = (
    "UPDATE waiting SET slot = ?, priority = ? WHERE kind = ? AND (slot IS NULL OR priority > ?)"
    " AND visit = (SELECT visit FROM known WHERE key = ? AND run = ?)"
)
_RELEVANCE = "INSERT OR REPLACE INTO relevances (visit, relevance) VALUES (?, ?)"
_LEARNED = (
    "INSERT INTO topics (run, learned) VALUES (?, ?) ON CONFLICT DO UPDATE SET learned = excluded.learned"
)


def add_ranked(connection: Connection, run: int, links: Iterable[Link], hosts: HostNumbers) -> Added:
    """As `add_links`; links of a slot stand where the slot's offset puts them."""
    placed = list(_placed(connection, run, links))
    return _with_moved(add_links(connection, run, placed, hosts), _place(connection, run, placed))


def commit_ranked(connection: Connection, run: int, visits: Sequence[Visit], hosts: HostNumbers) -> Added:
    """As `commit_visits`, with what the visits say of slots, before their links take their places."""
    moved = move_slots(connection, run, dict(offset for visit in visits for offset in visit.offsets))
    placed = [replace(visit, new_links=tuple(_placed(connection, run, visit.new_links))) for visit in visits]
    rows = [(v.lease.visit, v.page.relevance) for v in visits if v.page.relevance is not None]
    connection.executemany(_RELEVANCE, rows)
    added = commit_visits(connection, run, placed, hosts)
    return _with_moved(added, moved | _place(connection, run, [n for v in placed for n in v.new_links]))


def move_slots(connection: Connection, run: int, offsets: Mapping[int, int]) -> frozenset[str]:
    """Gives slots their offsets and moves what waits in them; the hosts where something moved."""
    hosts: set[str] = set()
    for slot, offset in offsets.items():
        row = connection.execute(_OFFSET, (run, slot)).fetchone()
        before = row[0] if row else 0
        if row and before == offset:
            continue
        connection.execute(_SET_OFFSET, (run, slot, offset))
        if offset != before and connection.execute(_MOVE, (offset - before, run, slot)).rowcount:
            hosts.update(name for (name,) in connection.execute(_HOSTS, (run, slot)))
    return frozenset(hosts)


def _placed(connection: Connection, run: int, links: Iterable[Link]) -> Iterator[Link]:
    """The links with the offsets of their slots; the target of a redirect has the priority of its page."""
    offsets: dict[int, int] = {}
    for link in links:
        if not link.slot or link.via:
            yield link
            continue
        if link.slot not in offsets:
            row = connection.execute(_OFFSET, (run, link.slot)).fetchone()
            offsets[link.slot] = row[0] if row else 0
        offset = offsets[link.slot]
        yield replace(link, priority=link.priority + offset) if offset else link


def _place(connection: Connection, run: int, links: Iterable[Link]) -> frozenset[str]:
    hosts = set()
    for link in links:
        if link.slot:
            place = (link.slot, link.priority, int(Kind.PAGE), link.priority, link.key, run)
            if connection.execute(_PLACE, place).rowcount:
                hosts.add(link.host)
    return frozenset(hosts)


def _with_moved(added: Added, hosts: frozenset[str]) -> Added:
    return replace(added, hosts=added.hosts | hosts)


def learned_topic(connection: Connection, run: int) -> bytes:
    """What the run has learned of its topic."""
    row = connection.execute("SELECT learned FROM topics WHERE run = ?", (run,)).fetchone()
    return bytes(row[0]) if row else b""


def keep_learned_topic(connection: Connection, run: int, learned: bytes) -> None:
    """Keeps it for a continuation."""
    connection.execute(_LEARNED, (run, learned))


def relevances(connection: Connection) -> list[tuple[int, float]]:
    """Every visit whose relevance is known, with it."""
    return connection.execute("SELECT visit, relevance FROM relevances ORDER BY visit").fetchall()
