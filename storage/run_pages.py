"""The rows of one run, wherever they lie, one after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.file_list import version
from storage.ledger import Connection
from storage.readers import Reader
from storage.segment import iter_rows
from storage.tombstones import forgotten_visits
from storage.words import Kind

_COLUMNS = (
    "visit", "run", "url", "host", "kind", "outcome", "reason", "title", "content_type", "charset", "digest",
    "dom_digest",
)  # fmt: skip
_PENDING = (
    "SELECT visit, url, host, outcome, reason, title, content_type, charset, p.digest,"
    " coalesce(d.digest, x'') FROM pending p LEFT JOIN doms d USING (visit)"
    " WHERE run = ? AND kind = ? ORDER BY visit"
)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page of a run, without its body."""

    visit: int
    url: str
    host: str
    outcome: str
    reason: str
    title: str
    content_type: str
    charset: str
    digest: bytes
    dom_digest: bytes = b""  # of what a browser made of it; that is read in place of the body


def run_pages(connection: Connection, workspace: Path, run: int) -> Iterator[PageFacts]:
    """Every page of a run; the list and the pending rows are those of one moment."""
    with Reader(workspace) as reader:
        connection.execute("BEGIN")
        try:
            run_id = connection.execute("SELECT id FROM runs WHERE run = ?", (run,)).fetchone()[0]
            names = _files_of(connection, run)
            pending = connection.execute(_PENDING, (run, int(Kind.PAGE))).fetchall()
            hidden = forgotten_visits(connection)
            reader.saw(version(connection))
        finally:
            connection.execute("COMMIT")
        for name in names:
            yield from (facts for facts in _sealed(workspace / name, run_id) if facts.visit not in hidden)
        yield from (PageFacts(*row) for row in pending if row[0] not in hidden)


def _files_of(connection: Connection, run: int) -> list[str]:
    query = (
        "SELECT name FROM files WHERE part = 'pages' AND merged_into IS NULL"
        " AND file IN (SELECT DISTINCT file FROM known WHERE run = ?) ORDER BY file"
    )
    return [str(row[0]) for row in connection.execute(query, (run,))]


def _sealed(path: Path, run_id: str) -> Iterator[PageFacts]:
    for batch in iter_rows(path, "pages", _COLUMNS):
        for row in batch.to_pylist():
            if row.pop("run") == run_id and row.pop("kind") == Kind.PAGE:
                row["digest"] = row["digest"] or b""
                row["dom_digest"] = row["dom_digest"] or b""
                yield PageFacts(**row)
