"""Immutable sorted Parquet files: written whole or not at all, and never changed after."""

import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from storage.columns import PLAIN_PAGES, TABLES, Row, Table
from storage.durable import TEMPORARY, sync_file, sync_folder
from storage.paged_column import PagedColumn, PagePlaces, in_pages

BATCH_BYTES = 512 << 10  # values that exist as Python objects, or as one batch that is read, at once
ROW_BYTES = 1 << 10  # what a row counts beside its framed values


class SegmentError(Exception):
    """A file that does not hold what its name promises."""


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What the ledger keeps of one finished file."""

    name: str
    table: str
    rows: int
    bytes: int
    raw_bytes: int  # of the values before encoding and compression
    first: tuple[str, str]
    last: tuple[str, str]
    has_renderings: bool = False  # pages with the columns for it


def write_segment(
    path: Path, table: str | Table, rows: Iterable[Row], level: int | None = None
) -> SegmentFacts:
    """Write sorted rows into one new file that is durable, under its name, when this returns."""
    table = TABLES[table] if isinstance(table, str) else table
    return publish(path, table, row_batches(table, rows), level or table.level)


def row_batches(table: Table, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """Rows as record batches of bounded size, with framed columns decoded."""
    decoder = zstandard.ZstdDecompressor()
    framed = [table.schema.names.index(name) for name in table.framed]
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += ROW_BYTES + sum(zstandard.frame_content_size(row[i]) for i in framed if row[i])  # type: ignore[misc, arg-type]
        if size >= BATCH_BYTES:
            yield _record_batch(table, chunk, decoder)
            chunk, size = [], 0
    if chunk:
        yield _record_batch(table, chunk, decoder)


def _record_batch(table: Table, chunk: Sequence[Row], decoder: zstandard.ZstdDecompressor) -> pa.RecordBatch:
    arrays = []
    # rows of pages end with columns that not every file has
    for column, field in zip(zip(*chunk, strict=True), table.schema, strict=table is not PLAIN_PAGES):
        framed = field.name in table.framed
        values = [decoder.decompress(frame) if frame else b"" for frame in column] if framed else column
        arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)


def publish(
    path: Path,
    table: Table,
    batches: Iterable[pa.RecordBatch],
    level: int,
    places: PagePlaces | None = None,
) -> SegmentFacts:
    """Write sorted batches beside `path`, make them durable, then give the file its name.

    The places of the pages of its paged column are added to `places`.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    tally = _Tally()
    try:
        _write(temporary, table, tally.watch(table, batches), level, places or PagePlaces())
        sync_file(temporary)
        temporary.rename(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    sync_folder(path.parent)
    return tally.facts(path, table)


def _write(
    path: Path, table: Table, batches: Iterable[pa.RecordBatch], level: int, places: PagePlaces
) -> None:
    with pa.OSFile(str(path), "wb") as sink:
        if table.paged:
            column = PagedColumn(sink, table.paged, places)
            _write_groups(sink, table, _beside(column, table, batches), level, column.end_group)
        else:
            _write_groups(sink, table, batches, level)
    if table.paged:
        column.join(path, table.schema.names.index(table.paged))


def _write_groups(
    sink: pa.NativeFile,
    table: Table,
    batches: Iterable[pa.RecordBatch],
    level: int,
    end_group: Callable[[], None] = lambda: None,
) -> None:
    with _writer(sink, table, level) as writer:
        for group in _row_groups(table, batches):
            writer.write_table(group, row_group_size=group.num_rows)
            end_group()
            del group  # else it lives on while the next one is gathered


def _beside(column: PagedColumn, table: Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The other columns, after the values of this one were written."""
    names = _written_by_arrow(table)
    for batch in in_pages(batches):
        column.add(batch.column(table.paged))
        yield batch.select(names)


def _written_by_arrow(table: Table) -> list[str]:
    return [name for name in table.schema.names if name != table.paged]


def _writer(sink: pa.NativeFile, table: Table, level: int) -> pq.ParquetWriter:
    names = _written_by_arrow(table)
    return pq.ParquetWriter(
        sink,
        pa.schema([table.schema.field(name) for name in names]),
        compression="zstd",
        compression_level=level,
        use_dictionary=list(table.dictionary),
        # no statistics on values: a bound of 64 KB would repeat the value in the footer
        write_statistics=[name for name in names if name not in table.values],
        data_page_version="1.0",
        data_page_size=table.page_bytes,
        write_batch_size=table.page_step,
        write_page_checksum=True,
        write_page_index=True,
        sorting_columns=[pq.SortingColumn(0), pq.SortingColumn(1)],
        store_schema=False,
    )


def _row_groups(table: Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    group: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        group.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= table.group_rows or size >= table.group_bytes:
            yield pa.Table.from_batches(group)
            group, rows, size = [], 0, 0
    if group:
        yield pa.Table.from_batches(group)


class _Tally:
    """Counts what passes by and refuses rows that are out of order."""

    def __init__(self) -> None:
        self.rows = self.raw_bytes = 0
        self.first = self.last = ("", "")

    def watch(self, table: Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self._check(table, batch)
            self.rows += batch.num_rows
            self.raw_bytes += batch.nbytes
            yield batch

    def _check(self, table: Table, batch: pa.RecordBatch) -> None:
        # rows that cost little come in whole, sorted runs: their ends tell
        places = slice(None) if table.values else slice(None, None, max(batch.num_rows - 1, 1))
        keys = list(zip(*(batch.column(place)[places].to_pylist() for place in (0, 1)), strict=True))
        for key, before in zip(keys, [self.last, *keys], strict=False):
            if key < before:
                raise SegmentError(f"{table.name}: {key} comes after {before}")
        if keys and not self.rows:
            self.first = keys[0]
        self.last = keys[-1] if keys else self.last

    def facts(self, path: Path, table: Table) -> SegmentFacts:
        return SegmentFacts(
            name=path.name,
            table=table.name,
            rows=self.rows,
            bytes=path.stat().st_size,
            raw_bytes=self.raw_bytes,
            first=self.first,
            last=self.last,
            has_renderings="dom" in table.schema.names,
        )


def iter_rows(path: Path, table_name: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a file in order, a bounded number of bytes at a time; every checksum is verified."""
    # mapped, because a buffered reader keeps everything it has read of a row group
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    read = pa.BufferReader(pa.py_buffer(mapped))
    with pq.ParquetFile(read, pre_buffer=False, page_checksum_verification=True) as source:
        names = columns if columns is not None else TABLES[table_name].schema.names
        here = set(source.schema_arrow.names)
        rows = _batch_rows(source, set(names))
        stored = [name for name in names if name in here]
        for batch in source.iter_batches(batch_size=rows, columns=stored, use_threads=False):
            mapped.madvise(mmap.MADV_DONTNEED)  # what was read of it counts as memory of ours until then
            yield batch if len(stored) == len(names) else _filled_up(batch, table_name, names)


def _filled_up(batch: pa.RecordBatch, table_name: str, names: Sequence[str]) -> pa.RecordBatch:
    """With the columns that the file was written without."""
    schema = pa.schema([TABLES[table_name].schema.field(name) for name in names])
    here = set(batch.schema.names)
    arrays = [
        batch.column(field.name) if field.name in here else _nothing(field, batch.num_rows)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _nothing(field: pa.Field, rows: int) -> pa.Array:
    return pa.nulls(rows, field.type) if field.nullable else pa.array([b""] * rows, field.type)


def page_layout(paths: Iterable[Path]) -> Table:
    """The columns that pages of all these files fit into."""
    is_rendered = any("dom" in pq.read_schema(path).names for path in paths)
    return TABLES["pages"] if is_rendered else PLAIN_PAGES


def _batch_rows(source: pq.ParquetFile, names: set[str]) -> int:
    size = 0
    for i in range(source.num_row_groups):
        group = source.metadata.row_group(i)
        chunks = (group.column(c) for c in range(group.num_columns))
        size += sum(c.total_uncompressed_size for c in chunks if c.path_in_schema in names)
    rows = BATCH_BYTES * int(source.metadata.num_rows) // max(size, 1)
    return max(1, min(4096, rows))


def verify_segment(path: Path, table_name: str) -> str | None:
    """None when every page of the file reads back, else one word: why the file cannot be trusted."""
    try:
        found = pq.read_schema(path)
        known = (TABLES[table_name], PLAIN_PAGES) if table_name == "pages" else (TABLES[table_name],)
        if not any(found.equals(table.schema) for table in known):
            return "foreign_schema"
        for batch in iter_rows(path, table_name):
            batch.validate()
    except FileNotFoundError:
        return "missing"
    except (pa.ArrowInvalid, OSError):
        return "torn"
    return None
