"""Writes what a workspace holds into files that other programs read."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from storage.catalog import Limits
from storage.columns import PageRow
from storage.page_export import JSON_COLUMNS, SCHEMA, page_batches
from storage.query import QueryResult
from storage.runs import Run
from storage.store import Store
from storage.views import quoted_text
from storage.warc_export import export_warc, info_of
from storage.warc_write import WarcWriter
from tandem import __version__
from tandem.long_work import LongWork
from tandem.markdown_pages import is_readable, new_folder, write_markdown
from tandem.page_text import stored_text, visible_text
from tandem.problem import UsageError
from tandem.query_output import Answer, Format, new_file, write_answer

STDOUT = Path("-")
WEEK_SECONDS = 7 * 86_400.0  # an export takes as long as it takes


class _Batch(Protocol):
    @property
    def num_rows(self) -> int: ...


B = TypeVar("B", bound=_Batch)


class What(StrEnum):
    """What is taken out."""

    PAGES = "pages"
    RECORDS = "records"
    LINKS = "links"


class ExportFormat(StrEnum):
    """How it is written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"
    MARKDOWN = "markdown"


_LINES = frozenset({ExportFormat.JSONL, ExportFormat.CSV})
_OF_PAGES = frozenset({ExportFormat.WARC, ExportFormat.MARKDOWN})


@dataclass(frozen=True, slots=True)
class Order:
    """One export as it was asked for."""

    what: What
    form: ExportFormat
    output: Path
    run: Run | None = None  # every run when not given

    def check(self) -> None:
        """Refuses what cannot be."""
        if self.form in _OF_PAGES and self.what is not What.PAGES:
            raise UsageError(
                f"{self.form.value} holds pages; write {self.what.value} as jsonl, csv or parquet"
            )
        if self.output == STDOUT and self.form not in _LINES:
            raise UsageError(f"{self.form.value} does not go to stdout; name a file with -o")
        if self.form is ExportFormat.MARKDOWN and self.output.exists() and not _is_empty_folder(self.output):
            raise UsageError(f"{self.output}: is there already and is left as it is; name another with -o")


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def export(store: Store, order: Order) -> int:
    """Writes it; how many pages, records or links."""
    order.check()
    work = LongWork("exported", order.what.value)
    if order.form is ExportFormat.WARC:
        return _warc(store, order, work)
    if order.form is ExportFormat.MARKDOWN:
        return _markdown(store, order, work)
    if order.what is not What.PAGES:
        where = "" if order.run is None else f" WHERE run = {quoted_text(order.run.id)}"
        with store.query(f"SELECT * FROM {order.what.value}{where}", Limits(seconds=WEEK_SECONDS)) as result:  # noqa: S608
            return _rows(_of_query(result, work), order)
    with store.snapshot(_runs(store, order)) as snapshot:
        batches = page_batches(snapshot, store.body, store.dom)
        return _rows(Answer(SCHEMA, _counted(batches, work), JSON_COLUMNS), order)


def _runs(store: Store, order: Order) -> Sequence[Run]:
    return store.runs() if order.run is None else [order.run]


def _of_query(result: QueryResult, work: LongWork) -> Answer:
    return Answer(result.schema, _counted(result, work), result.json_columns)


def _counted(batches: Iterable[B], work: LongWork) -> Iterator[B]:
    for batch in batches:
        yield batch
        work.add(batch.num_rows)


def _rows(answer: Answer, order: Order) -> int:
    with _sink(order.output) as out:
        return write_answer(answer, Format(order.form.value), out)


@contextmanager
def _sink(output: Path) -> Iterator[BinaryIO]:
    if output == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with new_file(output) as file:
        yield file


def _warc(store: Store, order: Order, work: LongWork) -> int:
    chosen = _runs(store, order)
    jobs = {run.job for run in chosen}
    info = info_of([run for run in store.runs() if run.job in jobs], store.key_rules())
    with store.snapshot(chosen) as snapshot, new_file(order.output) as out:
        writer = WarcWriter(out, compressed=order.output.suffix != ".warc")
        writer.write_info(f"tandem {__version__}", info, int(time.time() * 1e6))
        return export_warc(snapshot, writer, store, work.add)


def _markdown(store: Store, order: Order, work: LongWork) -> int:
    with store.snapshot(_runs(store, order)) as snapshot, new_folder(order.output) as folder:
        for run in snapshot.runs:
            home = folder if order.run is not None else folder / run.id
            home.mkdir(exist_ok=True)
            for page in snapshot.rows(run):
                markdown = _markdown_of(store, page) if is_readable(page) else None
                if markdown is not None:
                    write_markdown(home, page, markdown)
                    work.add()
    return work.count


def _markdown_of(store: Store, page: PageRow) -> str | None:
    read = stored_text(store, page)
    if read is None and (document := store.read(page.visit)) is not None:
        read = visible_text(page, document)
    return None if read is None else read.markdown
