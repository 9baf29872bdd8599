"""An event loop whose clock jumps to the next timer whenever nothing else is to be done."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """Waits for sockets only as long as something may be on its way, then says how far time jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0 if timeout is not None and timeout <= 0 else 0.02)
        if not ready and timeout is not None and timeout > 0:
            self.jumped += timeout
        return ready


def run_simulated(work: Callable[[], Awaitable[None]]) -> float:
    """Runs the work; gives the seconds that passed on its clock."""
    selector = _Jumping()
    loop = asyncio.SelectorEventLoop(selector)
    real = loop.time
    loop.time = lambda: real() + selector.jumped  # type: ignore[method-assign]
    began = loop.time()
    try:
        loop.run_until_complete(work())
        return loop.time() - began
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
