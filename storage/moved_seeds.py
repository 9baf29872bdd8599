"""The redirects of seeds that moved within their site: a continued run has the scope they gave it."""

from collections.abc import Iterable
from typing import NamedTuple

from storage.ledger import Connection
from storage.words import Visit


class MovedSeed(NamedTuple):
    """One hop on the way from a seed to what it stands for."""

    url: str
    target: str


def keep_moved_seeds(connection: Connection, run: int, visits: Iterable[Visit]) -> None:
    """Writes down those among the visits."""
    rows = [
        (visit.lease.visit, run, visit.lease.link.url, visit.location)
        for visit in visits
        if visit.is_moved_seed
    ]
    if rows:
        connection.executemany("INSERT OR REPLACE INTO moved_seeds VALUES (?, ?, ?, ?)", rows)


def moved_seeds(connection: Connection, run: int) -> list[MovedSeed]:
    """Those of a run, in the order of their visits: a hop comes after the one that led to it."""
    query = "SELECT url, target FROM moved_seeds WHERE run = ? ORDER BY visit"
    return [MovedSeed(*row) for row in connection.execute(query, (run,))]
