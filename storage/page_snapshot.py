"""The pages of some runs as of one moment, whole and in order, for readers that take their time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import PAGES, PageRow
from storage.file_list import version
from storage.ledger import Connection
from storage.readers import Reader
from storage.row_cache import RowCache, in_microseconds
from storage.runs import Run
from storage.segment import iter_rows, row_batches
from storage.tombstones import forgotten_visits
from storage.waiting_pages import page_rows

_BESIDE_BODY = tuple(name for name in PAGES.schema.names if name not in PAGES.values)
_FILES = (
    "SELECT name FROM files WHERE part = 'pages' AND merged_into IS NULL"
    " AND file IN (SELECT DISTINCT file FROM known WHERE run = ?) ORDER BY file"
)
_PENDING = "SELECT visit FROM pending WHERE run = ? ORDER BY host, url"
_PLACE = "SELECT f.name, k.row FROM known k JOIN files f USING (file) WHERE k.visit = ?"


@dataclass(frozen=True, slots=True)
class _Content:
    """Where the pages of one run lie; what was not sealed is copied, its bodies compressed."""

    files: list[str]
    pending: list[PageRow]


class PageSnapshot:
    """Holds no transaction; the files of its moment stay as long as it is entered."""

    def __init__(self, connection: Connection, workspace: Path, runs: Sequence[Run]) -> None:
        self.runs = tuple(runs)
        self._connection = connection
        self._workspace = workspace
        self._cache = RowCache(workspace, _BESIDE_BODY)
        self._reader = Reader(workspace)
        self._contents: dict[int, _Content] = {}
        self._hidden: frozenset[int] = frozenset()

    def __enter__(self) -> Self:
        self._connection.execute("BEGIN")
        try:
            for run in self.runs:
                self._contents[run.run] = self._content(run)
            self._hidden = forgotten_visits(self._connection)
            self._reader.saw(version(self._connection))
        finally:
            self._connection.execute("COMMIT")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()

    def _content(self, run: Run) -> _Content:
        files = [str(name) for (name,) in self._connection.execute(_FILES, (run.run,))]
        visits = [int(visit) for (visit,) in self._connection.execute(_PENDING, (run.run,))]
        return _Content(files, list(page_rows(self._connection, visits)))

    def batches(self, run: Run) -> Iterator[pa.RecordBatch]:
        """All rows of a run with bodies and documents that they hold themselves, a bounded number at once."""
        content = self._contents[run.run]
        for name in content.files:
            for batch in iter_rows(self._workspace / name, "pages"):
                yield self._shown(batch.filter(pc.equal(batch.column("run"), run.id)))
        for batch in row_batches(PAGES, content.pending):
            yield self._shown(batch)

    def _shown(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if not self._hidden:
            return batch
        hidden = pa.array(self._hidden, pa.int64())
        return batch.filter(pc.invert(pc.is_in(batch.column("visit"), value_set=hidden)))

    def rows(self, run: Run) -> Iterator[PageRow]:
        """The same as rows; their bodies are decoded."""
        for batch in self.batches(run):
            for values in in_microseconds(pa.Table.from_batches([batch])).to_pylist():
                yield PageRow(**values)

    def body_visits(self, run: Run) -> Iterator[int]:
        """The visits that hold the bodies of a run's unchanged pages."""
        content = self._contents[run.run]
        for name in content.files:
            for batch in iter_rows(self._workspace / name, "pages", ("run", "visit", "body_visit")):
                shown = self._shown(batch.filter(pc.equal(batch.column("run"), run.id)))
                yield from shown.column("body_visit").drop_null().to_pylist()
        yield from (row.body_visit for row in content.pending if row.body_visit is not None)

    def beside_body(self, visit: int) -> PageRow | None:
        """The row of any visit without its body and document; None when it is gone."""
        if visit in self._hidden:
            return None
        place = self._connection.execute(_PLACE, (visit,)).fetchone()
        if place is not None:
            return PageRow(**self._cache.row(*place))
        if self._connection.execute("SELECT 1 FROM pending WHERE visit = ?", (visit,)).fetchone() is None:
            return None
        return next(page_rows(self._connection, [visit]))._replace(body=b"", dom=b"")
