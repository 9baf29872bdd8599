"""Writes the pages of runs as one WARC file, originals before the visits that found them unchanged."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Protocol

from storage.columns import PageRow
from storage.page_snapshot import PageSnapshot
from storage.rendering_rows import ListedFile
from storage.runs import Run
from storage.warc_write import PICTURES, Original, WarcWriter

RUNS = "tandem-runs"  # the line of the first record that says what the runs were


class Stored(Protocol):
    """What is stored beside the rows of pages."""

    def body(self, visit: int) -> bytes | None:
        """The decoded body of one visit."""

    def dom(self, visit: int) -> bytes | None:
        """What a browser made of its page."""

    def files(self, visit: int) -> Sequence[ListedFile]:
        """The files that are kept beside it."""

    def file(self, listed: ListedFile) -> bytes | None:
        """The bytes of one of them."""


def export_warc(snapshot: PageSnapshot, writer: WarcWriter, stored: Stored, told: Callable[[], None]) -> int:
    """Every visit of the snapshot's runs, and the visits elsewhere whose bodies they share; how many."""
    count = 0
    for page, original in _Exported(snapshot, stored).pages():
        writer.write_page(page, original)
        _write_pictures(writer, stored, page)
        told()
        count += 1
    return count


def _write_pictures(writer: WarcWriter, stored: Stored, page: PageRow) -> None:
    for listed in stored.files(page.visit):
        picture = stored.file(listed) if listed.kind in PICTURES else None
        if picture is not None:
            writer.write_picture(page, listed.kind, listed.media_type, picture)


def info_of(runs: list[Run], rules: Mapping[str, str]) -> dict[str, str]:
    """What the first record says of runs: enough to find their pages by the same spellings again."""
    listed = [{"id": run.id, "job": run.job, "number": run.number, "rules": rules[run.rules]} for run in runs]
    return {RUNS: json.dumps(listed)}


class _Exported:
    """Chooses what stands in the file, each visit once."""

    def __init__(self, snapshot: PageSnapshot, stored: Stored) -> None:
        self._snapshot = snapshot
        self._stored = stored
        self._chosen = {run.id for run in snapshot.runs}
        self._borrowed = _Numbers()

    def pages(self) -> Iterator[tuple[PageRow, Original | None]]:
        for run in self._snapshot.runs:
            for other in self._borrowed_by(run):
                yield self._with_dom(other._replace(body=self._stored.body(other.visit) or b"")), None
        for run in self._snapshot.runs:
            for page in self._snapshot.rows(run):
                holder = None if page.body_visit is None else self._snapshot.beside_body(page.body_visit)
                if holder is None:
                    yield self._with_dom(page), None
                    continue
                # a server that said 304 has compared nothing that a digest could prove
                body = b"" if page.status == HTTPStatus.NOT_MODIFIED else self._stored.body(holder.visit)
                yield self._with_dom(page._replace(body=body or b"")), _original(holder)

    def _with_dom(self, page: PageRow) -> PageRow:
        """Each visit comes with the document that was read in it, whoever holds it."""
        if page.dom_digest is None or page.dom:
            return page
        return page._replace(dom=self._stored.dom(page.visit) or b"", dom_visit=None)

    def _borrowed_by(self, run: Run) -> Iterator[PageRow]:
        """Pages of other runs that hold its bodies; first, so that their runs come before it again."""
        for visit in self._snapshot.body_visits(run):
            holder = self._snapshot.beside_body(visit)
            if holder is not None and holder.run not in self._chosen and self._borrowed.add(visit):
                yield holder


def _original(page: PageRow) -> Original:
    return Original(page.run, page.visit, page.url, page.fetched_at, page.warc_record_id)


class _Numbers:
    """A set of visits that takes one bit for each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> bool:
        """Whether it is new."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        is_new = not self._bits[place] & bit
        self._bits[place] |= bit
        return is_new
