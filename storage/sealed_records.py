"""Reads the records of a key from sealed files: by their heads, and their data by its place."""

import os
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import zstandard

from storage.columns import RECORDS
from storage.locator import Locator
from storage.plain_values import plain_value
from storage.record_heads import key_prefix
from storage.record_heads_write import heads_of
from storage.record_row import RecordRow
from storage.segment import SegmentError

OPEN_FILES = 128  # bounds descriptors; merging keeps a workspace below it


class _File:
    """One sealed file that is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.heads = heads_of(path)
        self._decompress = zstandard.ZstdDecompressor().decompress

    def close(self) -> None:
        os.close(self._file)

    def rows(self, key: bytes, prefix: int) -> Iterator[RecordRow]:
        """Those whose keys begin like this one."""
        for row in self.heads.places(prefix):
            yield self.heads.record(row, key, self._data(row).decode())

    def _data(self, row: int) -> bytes:
        heads = self.heads
        if not heads.rows_in_page:
            with Locator(self._path, RECORDS) as locator:
                return locator.read_value(row, RECORDS.paged)
        page, place = divmod(row, heads.rows_in_page)
        packed = os.pread(self._file, heads.page_sizes[page], heads.page_begins[page])
        if crc32(packed) != heads.page_checksums[page]:
            raise SegmentError(f"{self._path.name} is damaged")
        return plain_value(self._decompress(packed), place)


class SealedRecords:
    """Sealed files of one workspace, the ones used last kept open."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._open: OrderedDict[str, _File] = OrderedDict()

    def close(self) -> None:
        """Gives descriptors back."""
        self.keep_only(())

    def keep_only(self, names: Collection[str]) -> None:
        """Closes what is not listed any more."""
        for name in self._open.keys() - set(names):
            self._open.pop(name).close()

    def rows(self, names: Sequence[str], key: bytes) -> Iterator[RecordRow]:
        """The rows of all files of a key, by its beginning; FileNotFoundError when a file was merged away."""
        prefix = key_prefix(key)
        for name in names:
            file = self._open.get(name) or self._opened(name)
            heads = file.heads
            # nearly every file holds none: this says so without a call
            of_range = prefix >> heads.shift
            first, last = heads.begins[of_range], heads.begins[of_range + 1]
            if first < last and heads.prefixes[first] <= prefix <= heads.prefixes[last - 1]:
                yield from file.rows(key, prefix)

    def _opened(self, name: str) -> _File:
        file = self._open[name] = _File(self._workspace / name)
        if len(self._open) > OPEN_FILES:
            self._open.popitem(last=False)[1].close()
        return file
