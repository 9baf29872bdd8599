"""Finds what was read in a body, wherever it lies: still pending, or in a sealed file."""

from collections import OrderedDict
from pathlib import Path

from storage.columns import CONTENT, ContentRow
from storage.file_list import listed, version
from storage.ledger import Connection
from storage.locator import Locator
from storage.row_cache import RowCache
from storage.segment import iter_rows
from storage.waiting_contents import content_rows

OPEN_FILES = 8  # bounds descriptors
_NARROW = tuple(name for name in CONTENT.schema.names if name not in CONTENT.values)
_PENDING = (
    "SELECT content, engine FROM pending_contents WHERE digest = ? AND (? IS NULL OR engine = ?)"
    " ORDER BY engine DESC LIMIT 1"
)
_HALF = 16  # bytes of a digest that tell bodies apart: a place costs less memory by it

_Place = tuple[int, str, int]  # engine, file, row


class Contents:
    """Looks contents up by body; where they lie is read once per list of files, and kept."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._seen = (-1, -1)
        self._places: dict[bytes, tuple[_Place, ...]] = {}
        self._rows = RowCache(workspace, _NARROW)
        self._open: OrderedDict[str, Locator] = OrderedDict()

    def close(self) -> None:
        """Gives the open files back."""
        for locator in self._open.values():
            locator.close()
        self._open.clear()

    def find(self, connection: Connection, digest: bytes, engine: int | None = None) -> ContentRow | None:
        """What this engine read, or the newest that read it; None when none did."""
        pending = connection.execute(_PENDING, (digest, engine, engine)).fetchone()
        self._look_around(connection)
        places = [one for one in self._places.get(digest[:_HALF], ()) if engine in {None, one[0]}]
        if pending is not None and (not places or pending[1] > max(places)[0]):
            return next(content_rows(connection, [pending[0]]))
        return self._sealed(*max(places)[1:]) if places else None

    def _look_around(self, connection: Connection) -> None:
        files = listed(connection, "content")
        seen = (version(connection), max((file.file for file in files), default=0))
        if seen == self._seen:
            return
        self.close()
        found: dict[bytes, tuple[_Place, ...]] = {}
        for file in files:
            row = 0
            for batch in iter_rows(self._workspace / file.name, "content", ["digest", "engine"]):
                columns = (batch.column(name).to_pylist() for name in ("digest", "engine"))
                for digest, engine in zip(*columns, strict=True):
                    half = digest[:_HALF]
                    found[half] = (*found.get(half, ()), (engine, file.name, row))
                    row += 1
        self._places, self._seen = found, seen

    def _sealed(self, name: str, row: int) -> ContentRow:
        locator = self._locator(name)
        text, markdown = (locator.read_value(row, column).decode() for column in ("text", "markdown"))
        return ContentRow(**self._rows.row(name, row), text=text, markdown=markdown)

    def _locator(self, name: str) -> Locator:
        locator = self._open.pop(name, None) or Locator(self._workspace / name, CONTENT)
        self._open[name] = locator
        if len(self._open) > OPEN_FILES:
            self._open.popitem(last=False)[1].close()
        return locator
