"""Keeps what was crawled, and answers questions about it."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.opened import OpenedStore

__all__ = ["open"]


def open(path: str | Path) -> "OpenedStore":  # noqa: A001 - storage.open is what it is called
    """The store of a workspace: `with` reads, `async with` reads and writes."""
    from storage.opened import OpenedStore  # noqa: PLC0415 - who imports one room of the house loads no more

    return OpenedStore(Path(path).absolute())
