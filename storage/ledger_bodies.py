"""Bodies for the crawl itself: read through the ledger's own connection, off the event loop."""

from pathlib import Path
from types import TracebackType
from typing import Self

from storage.bodies import Bodies
from storage.ledger import Ledger


class LedgerBodies:
    """Stored bodies by visit, while the crawl holds the workspace."""

    def __init__(self, ledger: Ledger, workspace: Path) -> None:
        self._ledger = ledger
        self._bodies = Bodies(workspace)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bodies.__exit__(kind, error, trace)

    async def body(self, visit: int) -> bytes | None:
        """The decoded body that a visit stored."""
        return await self._ledger.read(lambda connection: self._bodies.read(connection, visit))
