"""An event loop whose clock jumps to the next timer whenever nothing else is to be done."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple


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


class Passed(NamedTuple):
    """Seconds that passed on the simulated clock, and how many of them were jumped over."""

    all: float
    jumped: float


def run_simulated(work: Callable[[], Awaitable[None]]) -> Passed:
    """Runs the work; whatever a slow machine needs is in `all`, and not in `jumped`."""
    selector = _Jumping()
    loop = asyncio.SelectorEventLoop(selector)
    real = loop.time
    loop.time = lambda: real() + selector.jumped  # type: ignore[method-assign]
    began = loop.time()
    try:
        loop.run_until_complete(work())
        return Passed(loop.time() - began, selector.jumped)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
