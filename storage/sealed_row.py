"""Reads single rows of a sealed file, without the values that are read by locator."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from storage.segment import SegmentError


def read_row(path: Path, row: int, columns: Sequence[str]) -> dict[str, Any]:
    """The named columns of one row."""
    with pq.ParquetFile(path) as source:
        for group in range(source.num_row_groups):
            rows = source.metadata.row_group(group).num_rows
            if row < rows:
                table = source.read_row_group(group, list(columns), use_threads=False)
                return dict(table.slice(row, 1).to_pylist()[0])
            row -= rows
    raise SegmentError(f"{path.name} has fewer rows than the ledger says")
