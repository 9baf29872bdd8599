"""Who may use a tab next: whoever came first, or whose host a free tab stands at already."""

import asyncio
from collections import deque
from typing import NamedTuple

_MOST_OVERTAKEN = 16  # so many newer ones may go first


class _Waiting(NamedTuple):
    host: str
    arrived: int
    granted: asyncio.Future[None]


class Turns:
    """As many at a time as there are tabs; whoever asks bounds how many wait."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[_Waiting] = deque()
        self._granted = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    async def take(self, host: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        waiting = _Waiting(host, self._granted, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting.granted
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif not waiting.granted.cancelled():
                self.give(host)
            raise

    def give(self, host: str) -> None:
        """Back, from a tab that stands at this host."""
        if not self._waiting:
            self._free += 1
            return
        chosen = self._waiting[0]
        if self._granted - chosen.arrived < _MOST_OVERTAKEN:
            chosen = next((one for one in self._waiting if one.host == host), chosen)
        self._waiting.remove(chosen)
        self._granted += 1
        chosen.granted.set_result(None)
