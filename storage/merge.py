"""Joins sorted files into one larger, better compressed file without holding either in memory."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import TABLES, Table
from storage.segment import SegmentFacts, iter_rows, page_layout, publish

Key = tuple[str, str]
Keep = Callable[[pa.RecordBatch], pa.RecordBatch]


def merge_segments(
    paths: Sequence[Path], out: Path, table_name: str, keep: Keep = lambda rows: rows
) -> SegmentFacts:
    """Write the rows of all files, in order, into `out`, as far as `keep` leaves them."""
    table = page_layout(paths) if table_name == "pages" else TABLES[table_name]
    merged = _merged([_Run(path, table) for path in paths], table.order)
    kept = (rows for rows in map(keep, merged) if rows.num_rows)
    return publish(out, table, kept, table.merged_level)


class _Run:
    """One sorted file, read forward a batch at a time."""

    def __init__(self, path: Path, table: Table) -> None:
        self._order = table.order
        self._batches = iter_rows(path, table.name, table.schema.names)
        self._keys: list[Key] = []
        self._place = 0
        self._batch: pa.RecordBatch = None
        self._advance()

    @property
    def horizon(self) -> Key | None:
        """The last key in memory, None at the end of the file."""
        return self._keys[-1] if self._keys else None

    def take(self, limit: Key) -> pa.RecordBatch:
        """The rows in memory up to and with `limit`."""
        end = bisect_right(self._keys, limit, lo=self._place)
        rows = self._batch.slice(self._place, end - self._place)
        self._place = end
        if end == len(self._keys):
            self._advance()
        return rows

    def _advance(self) -> None:
        self._keys, self._place = [], 0
        for batch in self._batches:
            if batch.num_rows:
                self._batch = batch
                self._keys = list(zip(*(batch.column(name).to_pylist() for name in self._order), strict=True))
                return


def _merged(runs: Sequence[_Run], order: Key) -> Iterator[pa.RecordBatch]:
    # every row up to the smallest of the last keys in memory is in memory: those are sorted at once
    while live := [run for run in runs if run.horizon is not None]:
        limit = min(run.horizon for run in live if run.horizon is not None)
        rows = pa.concat_batches([run.take(limit) for run in live])
        yield rows.take(pc.sort_indices(rows, [(name, "ascending") for name in order]))
