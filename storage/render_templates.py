"""Which kinds of pages are worth a browser: rows that only rendering understands."""

from collections.abc import Iterable
from typing import NamedTuple

from storage.connection import Connection


class TemplateRow(NamedTuple):
    """One kind of page; the columns of its table."""

    host: str
    shape: str
    build: int
    marks: int
    needs_browser: bool | None
    pages: int
    rendered: int
    gained: int
    next_check: int
    misses: int
    trials: int
    trials_gained: int
    failures: int
    resting_until: int


_KEEP = (
    "INSERT OR REPLACE INTO render_templates (host, shape, build, marks, needs_browser, pages, rendered,"
    " gained, next_check, misses, trials, trials_gained, failures, resting_until)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# The best known first: of too many, those that were met once are learned again.
_READ = (
    "SELECT host, shape, build, marks, needs_browser, pages, rendered, gained, next_check, misses, trials,"
    " trials_gained, failures, resting_until FROM render_templates ORDER BY pages DESC, host, shape LIMIT ?"
)


def read_templates(connection: Connection, most: int) -> list[TemplateRow]:
    """What is known of all hosts."""
    return [
        row._replace(needs_browser=None if row.needs_browser is None else bool(row.needs_browser))
        for row in map(TemplateRow._make, connection.execute(_READ, (most,)))
    ]


def keep_templates(connection: Connection, rows: Iterable[TemplateRow]) -> None:
    """Writes rows anew."""
    connection.executemany(_KEEP, rows)
