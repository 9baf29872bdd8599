"""Finds the body of a visit, wherever it lies: still pending, or in a sealed file."""

import json
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

from storage.columns import PAGES
from storage.ledger import Connection
from storage.locator import Locator
from storage.row_cache import RowCache
from storage.words import StoredCopy

OPEN_FILES = 32  # bounds descriptors; a crawl's newest pages lie in few files

_PLACE = (
    "SELECT coalesce(k.body, k.visit), p.body FROM known k"
    " LEFT JOIN pending p ON p.visit = coalesce(k.body, k.visit) WHERE k.visit = ?"
)
_DOM = (
    "SELECT coalesce(d.holder, d.visit), p.dom FROM doms d"
    " LEFT JOIN pending_renderings p ON p.visit = coalesce(d.holder, d.visit) WHERE d.visit = ?"
)
_HEADERS = "SELECT content_type, headers FROM pending WHERE visit = ?"
_SEALED = "SELECT f.name, k.row FROM known k JOIN files f USING (file) WHERE k.visit = ?"


class Bodies:
    """Reads bodies by visit; keeps the files it used last open."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._open: OrderedDict[str, Locator] = OrderedDict()
        self._rows = RowCache(workspace, ("content_type", "headers"))
        self._decoder = zstandard.ZstdDecompressor()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for locator in self._open.values():
            locator.close()
        self._open.clear()

    def read(self, connection: Connection, visit: int) -> bytes | None:
        """The decoded body, or None when the visit stored none."""
        place = connection.execute(_PLACE, (visit,)).fetchone()
        if place is None:
            return None
        holder, frame = place
        if frame is not None:
            return self._decoder.decompress(frame) if frame else None
        return self._read_sealed(connection, holder, "body")

    def dom(self, connection: Connection, visit: int) -> bytes | None:
        """The document that a browser made of the page, or None where none is kept."""
        place = connection.execute(_DOM, (visit,)).fetchone()
        if place is None:
            return None
        holder, frame = place
        if frame is not None:
            return self._decoder.decompress(frame) if frame else None
        return self._read_sealed(connection, holder, "dom")

    def copy(self, connection: Connection, visit: int, latest: int = 0) -> StoredCopy | None:
        """The decoded body that this very visit stored, with what it is read by.

        Where a later visit found the body unchanged, the document is what a browser made of it then.
        """
        body = self.read(connection, visit)
        if body is None:
            return None
        media_type, headers = self._headers(connection, visit)
        named = tuple((name, value) for name, value in json.loads(headers))
        return StoredCopy(body, media_type, named, self.dom(connection, latest or visit) or b"")

    def _headers(self, connection: Connection, visit: int) -> tuple[str, str]:
        pending = connection.execute(_HEADERS, (visit,)).fetchone()
        if pending is not None:
            return (pending[0], pending[1])
        row = self._rows.row(*connection.execute(_SEALED, (visit,)).fetchone())
        return (row["content_type"], row["headers"])

    def _read_sealed(self, connection: Connection, visit: int, column: str) -> bytes | None:
        row = connection.execute(_SEALED, (visit,)).fetchone()
        if row is None:
            return None
        name, place = row
        return self._locator(name).read_value(place, column) or None

    def _locator(self, name: str) -> Locator:
        locator = self._open.get(name)
        if locator is None:
            locator = Locator(self._workspace / name, PAGES)
            self._open[name] = locator
            if len(self._open) > OPEN_FILES:
                self._open.popitem(last=False)[1].close()
        else:
            self._open.move_to_end(name)
        return locator
