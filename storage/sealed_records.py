"""Reads the records of a key from sealed files: by their heads, and their data by locator."""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from storage.columns import RECORDS
from storage.locator import Locator
from storage.record_heads import Heads
from storage.record_row import RecordRow

OPEN_FILES = 128  # bounds descriptors; merging keeps a workspace below it

_KEY = RecordRow._fields.index("key")
_DATA = replace(RECORDS, values=("data",))


class _File:
    """One sealed file that is open."""

    def __init__(self, path: Path) -> None:
        self.data = Locator(path, _DATA)
        self.heads = Heads.of(path)


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
            self._open.pop(name).data.close()

    def rows(self, names: Sequence[str], prefix: int, key: bytes) -> Iterator[RecordRow]:
        """The rows of all files of a key by its beginning; FileNotFoundError when a file was merged away."""
        for name in names:
            file = self._open.get(name) or self._opened(name)
            for first, count in file.heads.places(prefix):
                for row in range(first, first + count):
                    head = file.heads.head(row)
                    data = file.data.read_value(row, "data").decode()
                    yield RecordRow._make((*head[:_KEY], key, *head[_KEY:-1], data, head[-1]))

    def _opened(self, name: str) -> _File:
        file = self._open[name] = _File(self._workspace / name)
        if len(self._open) > OPEN_FILES:
            self._open.popitem(last=False)[1].data.close()
        return file
