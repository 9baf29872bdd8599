"""What a commit writes of what browsers made of pages: documents, figures, and the files beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from storage.connection import Connection
from storage.kept_files import path_of
from storage.words import Outcome, Page, Visit

if TYPE_CHECKING:
    from storage.columns import PageRow

_RENDERING = (
    "INSERT OR REPLACE INTO pending_renderings (visit, why, outcome, milliseconds, requests, blocked,"
    " refused, wire_bytes, final_url, detail, dom_bytes, dom) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DOM = "INSERT OR REPLACE INTO doms (visit, digest) VALUES (?, ?)"
_SAME_DOM = (
    "INSERT OR REPLACE INTO doms (visit, digest, holder)"
    " SELECT ?, digest, coalesce(holder, visit) FROM doms WHERE visit = ?"
)
_TALLY = (
    "INSERT INTO render_tallies (run, why, outcome, pages, milliseconds) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (run, why, outcome) DO UPDATE SET pages = pages + excluded.pages,"
    " milliseconds = milliseconds + excluded.milliseconds"
)
_FILE = "INSERT OR IGNORE INTO kept_files (sha256, path, bytes) VALUES (?, ?, ?)"
_PAGE_FILE = (
    "INSERT OR REPLACE INTO page_files (visit, ordinal, kind, sha256, media_type, name)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_SAME_FILES = (
    "INSERT OR IGNORE INTO page_files (visit, ordinal, kind, sha256, media_type, name)"
    " SELECT ?, ordinal, kind, sha256, media_type, name FROM page_files WHERE visit = ?"
)
_FILES_OF = (
    "SELECT kind, media_type, name, path, bytes FROM page_files JOIN kept_files USING (sha256)"
    " WHERE visit = ? ORDER BY ordinal"
)
_UNLISTED = (
    "DELETE FROM kept_files WHERE sha256 = ?"
    " AND NOT EXISTS (SELECT 1 FROM page_files f WHERE f.sha256 = kept_files.sha256)"
)
RENDERED = "ok"
PICTURES = frozenset({"viewport", "full_page"})  # kinds of files that show the page


@dataclass(frozen=True, slots=True)
class RenderCount:
    """How many pages of a run a browser was asked for, for one reason and with one outcome."""

    why: str
    outcome: str
    pages: int
    milliseconds: int  # of all of them

    @property
    def mean_milliseconds(self) -> float:
        """Of one page."""
        return self.milliseconds / self.pages


def render_counts(connection: Connection, run: int) -> list[RenderCount]:
    """The counters of a run."""
    rows = connection.execute(
        "SELECT why, outcome, pages, milliseconds FROM render_tallies WHERE run = ? AND pages > 0"
        " ORDER BY pages DESC, why, outcome",
        (run,),
    )
    return [RenderCount(*row) for row in rows]


class ListedFile(NamedTuple):
    """One file beside a page; its path is relative to the workspace."""

    kind: str
    media_type: str
    name: str
    path: str
    bytes: int


def files_of(connection: Connection, visit: int) -> list[ListedFile]:
    """What is kept beside the page of a visit."""
    return [ListedFile(*row) for row in connection.execute(_FILES_OF, (visit,))]


def is_rendered(page: Page) -> bool:
    """Whether a browser showed the page, or its document of before is what was read."""
    rendering = page.rendering
    shown = rendering is not None and (rendering.outcome == RENDERED or bool(rendering.dom))
    return page.rendered or shown or bool(page.dom_digest)


def keep_renderings(connection: Connection, run: int, visits: Sequence[Visit]) -> None:
    """Writes what was rendered; a page that did not change keeps what it had."""
    for visit in visits:
        if visit.page.rendering is not None:
            _keep(connection, run, visit)
    _list_files(connection, visits)
    connection.executemany(_PAGE_FILE, _page_files(visits))
    same = list(_same_as_before(visits))
    if same:
        # where a browser was asked and failed, the document counts only if it was read again
        stands = [pair for pair, visit in same if visit.page.rendering is None or visit.page.dom_digest]
        connection.executemany(_SAME_DOM, stands)
        connection.executemany(_SAME_FILES, [pair for pair, visit in same if not visit.page.files])


def _keep(connection: Connection, run: int, visit: Visit) -> None:
    number, made = visit.lease.visit, visit.page.rendering
    assert made is not None  # noqa: S101 - asked before
    figures = (made.milliseconds, made.requests, made.blocked, made.refused, made.wire_bytes)
    row = (made.why, made.outcome, *figures, made.url, made.detail or None, made.dom_bytes, made.dom)
    _write(connection, run, number, row, made.dom_digest)


def keep_arrived(connection: Connection, run: int, visit: int, page: "PageRow") -> None:
    """The same of a page that was rendered elsewhere; its document is a zstd frame."""
    if page.render_why is None and not page.dom:
        return
    row = (
        *(page.render_why, page.render_outcome, page.render_milliseconds, page.render_requests),
        *(page.render_blocked, page.render_refused, page.render_wire_bytes, page.render_url),
        *(page.render_detail, page.dom_bytes, page.dom),
    )
    _write(connection, run, visit, row, page.dom_digest or b"")


def _write(
    connection: Connection, run: int, visit: int, row: tuple[str | int | bytes | None, ...], digest: bytes
) -> None:
    connection.execute(_RENDERING, (visit, *row))
    why, outcome, milliseconds, *_ = row
    if digest:  # also of a document that is not kept: what was read in it is known by it
        connection.execute(_DOM, (visit, digest))
    if why is not None:
        connection.execute(_TALLY, (run, why, outcome, 1, milliseconds))


def _page_files(visits: Sequence[Visit]) -> Iterator[tuple[object, ...]]:
    for visit in visits:
        for ordinal, file in enumerate(visit.page.files):
            yield (visit.lease.visit, ordinal, file.kind, file.sha256, file.media_type, file.name)


def _list_files(connection: Connection, visits: Sequence[Visit]) -> None:
    """Makes files that lie in their place a part of the workspace."""
    files = (file for visit in visits for file in visit.page.files)
    rows = ((file.sha256, path_of(file.sha256, file.media_type), file.size) for file in files)
    connection.executemany(_FILE, rows)


def _same_as_before(visits: Sequence[Visit]) -> Iterator[tuple[tuple[int, int], Visit]]:
    for visit in visits:
        earlier = visit.lease.earlier
        if visit.outcome is Outcome.UNCHANGED and earlier is not None:
            yield (visit.lease.visit, earlier.latest or earlier.visit), visit


def take_back_renderings(connection: Connection, run: int, visit: int) -> None:
    """A visit is made again: nothing of its last try stays."""
    row = connection.execute(
        "DELETE FROM pending_renderings WHERE visit = ? RETURNING why, outcome, milliseconds", (visit,)
    ).fetchone()
    if row is not None and row[0] is not None:
        why, outcome, milliseconds = row
        connection.execute(_TALLY, (run, why, outcome, -1, -milliseconds))
    connection.execute("DELETE FROM doms WHERE visit = ?", (visit,))
    listed = connection.execute("DELETE FROM page_files WHERE visit = ? RETURNING sha256", (visit,))
    connection.executemany(_UNLISTED, listed.fetchall())
