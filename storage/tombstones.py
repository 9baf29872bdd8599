"""Visits that are forgotten: hidden from every reader at once, until a merge has left them behind."""

from collections.abc import Iterable

from storage.ledger import Connection

# What a query may see of rows that have a visit, and of content, which belongs to a body.
VISITS = "visit NOT IN (SELECT visit FROM stored.forgotten)"
CONTENT = "substr(hex(digest), 1, 32) NOT IN (SELECT digest FROM stored.forgotten)"


def bury(connection: Connection, visits: Iterable[int]) -> None:
    """Hides visits from whoever reads from now on."""
    connection.executemany(
        "INSERT OR IGNORE INTO forgotten (visit, digest)"
        " SELECT visit, digest FROM read_digests WHERE visit = ?",
        ((visit,) for visit in visits),
    )


def forgotten_visits(connection: Connection) -> frozenset[int]:
    """The visits that no reader may be shown; nearly always none."""
    return frozenset(visit for (visit,) in connection.execute("SELECT visit FROM forgotten"))
