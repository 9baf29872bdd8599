"""Writes the answer to a query as table, JSON, JSON lines, CSV, Parquet or Markdown, row by row."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tandem.query_cells import as_cell, as_json, shortened

SAMPLE_ROWS = 500  # what the widths of a table are taken from
NARROWEST = 8


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns, and rows as they come."""

    schema: pa.Schema
    batches: Iterable[pa.RecordBatch]
    json_columns: frozenset[str] = frozenset()

    def rows(self) -> Iterator[tuple[object, ...]]:
        """One row at a time."""
        for batch in self.batches:
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def write_answer(answer: Answer, form: Format, out: BinaryIO, terminal_width: int | None = None) -> int:
    """Write all rows as they come and count them; only a terminal's width shortens anything."""
    if form == Format.PARQUET:
        return _write_parquet(answer, out)
    lines = _LINES[form](answer, terminal_width)
    rows = -_HEAD_AND_FOOT[form]
    for line in lines:
        out.write(line.encode())
        rows += 1
    return rows


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears whole under its name at the end, or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _write_parquet(answer: Answer, out: BinaryIO) -> int:
    rows = 0
    with pq.ParquetWriter(out, answer.schema, compression="zstd") as writer:
        for batch in _grouped(answer.batches):
            writer.write_table(batch)
            rows += batch.num_rows
    return rows


def _grouped(
    batches: Iterable[pa.RecordBatch], most_rows: int = 65_536, most_bytes: int = 64 << 20
) -> Iterator[pa.Table]:
    group: list[pa.RecordBatch] = []
    for batch in batches:
        group.append(batch)
        if sum(b.num_rows for b in group) >= most_rows or sum(b.nbytes for b in group) >= most_bytes:
            yield pa.Table.from_batches(group)
            group = []
    if group:
        yield pa.Table.from_batches(group)


def _json_rows(answer: Answer) -> Iterator[str]:
    names = answer.schema.names
    parsed = [name in answer.json_columns for name in names]
    for row in answer.rows():
        yield as_json(names, row, parsed)


def _jsonl(answer: Answer, _: int | None) -> Iterator[str]:
    return (line + "\n" for line in _json_rows(answer))


def _json(answer: Answer, _: int | None) -> Iterator[str]:
    yield "["
    separator = "\n"
    for line in _json_rows(answer):
        yield separator + line
        separator = ",\n"
    yield "\n]\n"


def _csv(answer: Answer, _: int | None) -> Iterator[str]:
    for row in chain([answer.schema.names], answer.rows()):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(
            ["" if v is None else as_cell(v, printable=False) for v in row]
        )
        yield line.getvalue()


def _markdown(answer: Answer, _: int | None) -> Iterator[str]:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells) + " |\n"

    yield line(answer.schema.names)
    yield "|" + " --- |" * len(answer.schema.names) + "\n"
    for row in answer.rows():
        yield line(as_cell(value) for value in row)


def _table(answer: Answer, terminal_width: int | None) -> Iterator[str]:
    names = [as_cell(name) for name in answer.schema.names]
    rows = ([as_cell(value) for value in row] for row in answer.rows())
    sample = [row for _, row in zip(range(SAMPLE_ROWS), rows, strict=False)]
    widths = [max(map(len, column)) for column in zip(names, *sample, strict=True)]
    if terminal_width is not None:
        widths = _fitted(widths, terminal_width)
    numeric = [
        pa.types.is_integer(f.type) or pa.types.is_floating(f.type) or pa.types.is_decimal(f.type)
        for f in answer.schema
    ]

    def line(cells: list[str]) -> str:
        cut = (
            cells if terminal_width is None else [shortened(c, w) for c, w in zip(cells, widths, strict=True)]
        )
        padded = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cut, widths, numeric, strict=True)]
        return "  ".join(padded).rstrip() + "\n"

    yield line(names)
    yield "  ".join("─" * width for width in widths) + "\n"
    for row in chain(sample, rows):
        yield line(row)


def _fitted(widths: list[int], total: int) -> list[int]:
    """Widths that fit: the widest give way first, none below what still tells something."""
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > total and max(fitted) > NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


_LINES = {
    Format.TABLE: _table,
    Format.JSON: _json,
    Format.JSONL: _jsonl,
    Format.CSV: _csv,
    Format.MARKDOWN: _markdown,
}
_HEAD_AND_FOOT = {Format.TABLE: 2, Format.JSON: 2, Format.JSONL: 0, Format.CSV: 1, Format.MARKDOWN: 2}
