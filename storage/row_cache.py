"""Single rows of sealed files without their bodies; the row groups that were used last are kept."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from storage.segment import SegmentError

GROUPS = 16  # bounds memory: the narrow columns of one row group are a megabyte or two


class RowCache:
    """Reads the same columns of many rows, which mostly lie together."""

    def __init__(self, workspace: Path, columns: Sequence[str], groups: int = GROUPS) -> None:
        self._workspace = workspace
        self._columns = list(columns)
        self._most = groups
        self._starts: dict[str, list[int]] = {}
        self._groups: OrderedDict[tuple[str, int], pa.Table] = OrderedDict()

    def row(self, name: str, row: int) -> dict[str, Any]:
        """The columns of one row of a file that the ledger lists; moments in microseconds."""
        for group, rows in enumerate(self._sizes(name)):
            if row < rows:
                return dict(self._group(name, group).slice(row, 1).to_pylist()[0])
            row -= rows
        raise SegmentError(f"{name} has fewer rows than the ledger says")

    def _sizes(self, name: str) -> list[int]:
        if name not in self._starts:
            if len(self._starts) > self._most * 64:
                self._starts.clear()
            facts = pq.read_metadata(self._workspace / name)
            self._starts[name] = [facts.row_group(number).num_rows for number in range(facts.num_row_groups)]
        return self._starts[name]

    def _group(self, name: str, number: int) -> pa.Table:
        found = self._groups.get((name, number))
        if found is None:
            with pq.ParquetFile(self._workspace / name) as source:
                found = in_microseconds(source.read_row_group(number, self._columns, use_threads=False))
            self._groups[name, number] = found
            if len(self._groups) > self._most:
                self._groups.popitem(last=False)
        else:
            self._groups.move_to_end((name, number))
        return found


def in_microseconds(rows: pa.Table) -> pa.Table:
    """Moments as the numbers that rows are made of."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type):
            rows = rows.set_column(place, field.name, rows.column(place).cast(pa.int64()))
    return rows
