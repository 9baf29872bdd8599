"""Bodies for the crawl itself: read through the ledger's own connection, off the event loop."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storage.ledger import Connection, Ledger
from storage.words import StoredCopy

if TYPE_CHECKING:
    from storage.bodies import Bodies


class LedgerBodies:
    """Stored bodies by visit, while the crawl holds the workspace."""

    def __init__(self, ledger: Ledger, workspace: Path) -> None:
        self._ledger = ledger
        self._workspace = workspace
        self._bodies: Bodies | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bodies is not None:
            self._bodies.__exit__(kind, error, trace)

    async def copy(self, visit: int, latest: int = 0) -> StoredCopy | None:
        """The decoded body that a visit stored, the headers it came with, and its document.

        With `latest`, the document is the one of that visit, which found the body unchanged.
        """
        return await self._ledger.read(lambda connection: self._read(connection, visit, latest))

    def _read(self, connection: Connection, visit: int, latest: int) -> StoredCopy | None:
        if self._bodies is None:
            from storage.bodies import Bodies  # noqa: PLC0415 - loads pyarrow, which a first crawl never needs

            self._bodies = Bodies(self._workspace)
        return self._bodies.copy(connection, visit, latest)
