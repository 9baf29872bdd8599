"""The store of one workspace, as readers see it: runs, counts, pages by URL, bodies by visit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storage import runs, workspace
from storage.bodies import Bodies
from storage.catalog import Limits
from storage.columns import ContentRow
from storage.contents import Contents
from storage.kept_files import read_file
from storage.ledger import Connection, connect, is_current, opened
from storage.page_change import Change, Changes
from storage.page_lookup import PageLookup, StoredPage
from storage.page_snapshot import PageSnapshot
from storage.query import QueryResult, run_query
from storage.readers import Reader
from storage.record_fields import record_fields
from storage.record_lookup import RecordLookup
from storage.record_row import RecordRow
from storage.rendering_rows import ListedFile, RenderCount, files_of, render_counts
from storage.run_pages import PageFacts, run_pages
from storage.runs import Count, Run
from storage.selection_rows import count_records, count_undecided
from storage.views import record_view_names
from storage.workspace_catalog import workspace_catalog

if TYPE_CHECKING:
    from storage.own_queries import Tables


class Store:
    """Reads beside a running crawl; holds no transaction between calls."""

    def __init__(self, path: Path) -> None:
        workspace.require(path)
        self.path = path = path.absolute()
        self._connection = _connection(path)
        self._reader = Reader(path)
        self._reader.rest()
        self._bodies = Bodies(path)
        self._pages = PageLookup(path, self._bodies)
        self._records = RecordLookup(path)
        self._contents = Contents(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives files and the connection back."""
        self._bodies.__exit__(None, None, None)
        self._records.close()
        self._contents.close()
        self._reader.close()
        self._connection.close()

    def runs(self) -> list[Run]:
        """Every run, oldest first."""
        return runs.all_runs(self._connection)

    def find_run(self, name: str) -> Run | None:
        """A run by its id, by its job (the newest), or by `job/number`."""
        return runs.find_run(self._connection, name)

    def counts(self, run: Run) -> list[Count]:
        """How the visits of a run ended."""
        return runs.counts(self._connection, run.run)

    def records(self, run: Run) -> dict[str, int]:
        """How many records of each type a run has."""
        return count_records(self._connection, run.run)

    def undecided(self, run: Run) -> dict[str, int]:
        """How many pages wait for more to be known of their records, by reason."""
        return count_undecided(self._connection, run.run)

    def unfinished(self, run: Run) -> dict[str, int]:
        """Visits of a run without a final outcome, by reason."""
        return runs.unfinished(self._connection, run.run)

    def pages(self, run: Run) -> Iterator[PageFacts]:
        """Every page of a run, without bodies."""
        return run_pages(self._connection, self.path, run.run)

    def snapshot(self, runs: Sequence[Run]) -> PageSnapshot:
        """The pages of runs as of the moment it is entered, with bodies, for as long as it is."""
        return PageSnapshot(self._connection, self.path, runs)

    def key_rules(self) -> dict[str, str]:
        """Every list of dropped query parameters, by version."""
        return runs.rules_by_version(self._connection)

    def get_page(self, url: str, run: Run | None = None, at: float | None = None) -> StoredPage | None:
        """The newest version of a page, in one run or up to a moment if asked, by any spelling of its URL."""
        with self._reader.busy():
            return self._pages.find(self._connection, url, None if run is None else run.run, at)

    def get(self, url: str, run: Run | None = None) -> bytes | None:
        """The body of a page by any spelling of its URL."""
        with self._reader.busy():
            return self._pages.find_body(self._connection, url, None if run is None else run.run)

    def get_records(self, url: str, run: Run | None = None) -> tuple[RecordRow, ...]:
        """The current records of a page, as the newest run that has some found them, or the one given."""
        # needs no busy reader: a file that is merged away meanwhile is noticed, and looked for again
        return self._records.find(self._connection, url, None if run is None else run.id)

    def content(self, digest: bytes, engine: int | None = None) -> ContentRow | None:
        """What was read in a body: by the newest engine, or the one given; None when it was not read."""
        with self._reader.busy():
            return self._contents.find(self._connection, digest, engine)

    def query(self, sql: str, limits: Limits | None = None) -> QueryResult:
        """The answer to one SELECT over the tables of docs/tables.md, as its rows come."""
        reader = Reader(self.path)  # the query's own: it may be read for long, and by others than this
        try:
            catalog = workspace_catalog(self._connection, self.path, reader, sql)
            return run_query(sql, catalog, limits or Limits(), reader)
        except BaseException:
            reader.close()
            raise

    @contextmanager
    def tables(self) -> "Iterator[Tables]":
        """The tables of docs/tables.md as of now, for queries that we wrote."""
        from storage.own_queries import tables  # noqa: PLC0415 - loads duckdb, which look-ups never need

        with Reader(self.path) as reader:
            catalog = workspace_catalog(self._connection, self.path, reader, "")
            with tables(catalog) as opened:
                yield opened

    def record_types(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Every type of record, the view that has its records, and the kinds of its fields."""
        found = record_fields(self._connection)
        views = record_view_names(found)
        return {record: (views[record], fields) for record, fields in found.items()}

    def changes(self, run: Run) -> Changes | None:
        """What is different in a run, counted; None when no complete run of the job came before."""
        from storage.run_changes import count_changes  # noqa: PLC0415 - loads duckdb, which look-ups never need

        before = runs.previous_complete(self._connection, run)
        if before is None:
            return None
        with Reader(self.path) as reader:
            catalog = workspace_catalog(self._connection, self.path, reader)
            return count_changes(run, before, catalog, is_whole=runs.is_whole(self._connection, run))

    def changed_urls(self, run: Run, change: Change) -> Iterator[str]:
        """The pages of a run that changed so."""
        from storage.run_changes import changed_urls  # noqa: PLC0415 - as above

        before = runs.previous_complete(self._connection, run)
        if before is not None:
            with Reader(self.path) as reader:
                catalog = workspace_catalog(self._connection, self.path, reader)
                is_whole = runs.is_whole(self._connection, run)
                yield from changed_urls(run, before, change, catalog, is_whole=is_whole)

    def body(self, visit: int) -> bytes | None:
        """The decoded body of one visit."""
        with self._reader.busy():
            return self._bodies.read(self._connection, visit)

    def dom(self, visit: int) -> bytes | None:
        """What a browser made of the page of one visit; None where none was asked, or it made nothing."""
        with self._reader.busy():
            return self._bodies.dom(self._connection, visit)

    def read(self, visit: int) -> bytes | None:
        """What is read in the page of one visit: what a browser made of it, else its body."""
        return self.dom(visit) or self.body(visit)

    def files(self, visit: int) -> list[ListedFile]:
        """The files that are kept beside the page of one visit."""
        return files_of(self._connection, visit)

    def file(self, listed: ListedFile) -> bytes | None:
        """The bytes of one of them."""
        return read_file(self.path, listed.path)

    def renderings(self, run: Run) -> list[RenderCount]:
        """How often a browser was asked for pages of a run: why, and with what outcome."""
        return render_counts(self._connection, run.run)


def open_store(path: str | Path) -> Store:
    """Opens the store of a workspace for reading."""
    return Store(Path(path))


def _connection(path: Path) -> Connection:
    """To read by; a ledger that is not of this version yet is brought there, which nobody may disturb."""
    connection = connect(workspace.ledger_path(path), read_only=True)
    if is_current(connection):
        return connection
    connection.close()
    with workspace.hold(path):
        opened(workspace.ledger_path(path)).close()
    return connect(workspace.ledger_path(path), read_only=True)
