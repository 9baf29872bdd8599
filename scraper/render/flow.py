"""What one page asks of the network while it is shown, kept up by the browser's own events."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

# These stay open for as long as a page likes: nobody waits for their end.
_ENDLESS = frozenset({"EventSource", "Media", "Ping", "Prefetch", "WebSocket"})
# What brings a page its contents once its document is there.
_DATA = frozenset({"Fetch", "XHR"})
REASON_HEADER = "X-Tandem-Reason"
NO_TUNNEL = "net::ERR_TUNNEL_CONNECTION_FAILED"


class Flow:
    """Begun anew for every page; knows what is under way, since when nothing is, and how much there was."""

    def __init__(self, tunnel_failure: Callable[[str], str]) -> None:
        """`tunnel_failure` knows why a URL could not be reached, of which the browser only tells that."""
        self._tunnel_failure = tunnel_failure
        self._moved = asyncio.Event()
        self.begin()

    def begin(self) -> None:
        self.requests = 0
        self.blocked = 0
        self.wire_bytes = 0
        self.refused = 0
        self.told = ""  # why the proxy did not bring the page's own document
        self.brings_data = False
        self.last_move = time.monotonic()
        self._open: dict[str, tuple[str, str]] = {}  # by request: the document that asked, where it goes

    @property
    def open_requests(self) -> int:
        return len(self._open)

    def quiet_seconds(self) -> float:
        """Since when nothing is under way; negative while something is."""
        return -1.0 if self._open else time.monotonic() - self.last_move

    def enter(self, document: str) -> None:
        """Another document stands in the tab: what its forerunner asked for no longer counts."""
        self._open = {request: asked for request, asked in self._open.items() if asked[0] == document}
        self._move()

    async def moved(self, seconds: float) -> None:
        """Until something begins or ends, or the time is over."""
        self._moved.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        except TimeoutError:
            pass

    def on_request(self, event: dict[str, Any]) -> None:
        if event.get("type") in _ENDLESS or not event["request"]["url"].startswith("http"):
            return
        self.requests += 1  # a redirect is one more
        self.brings_data = self.brings_data or event.get("type") in _DATA
        self._open[event["requestId"]] = event.get("loaderId", ""), event["request"]["url"]
        self._move()

    def on_response(self, event: dict[str, Any]) -> None:
        """No server can send this header, the proxy alone does."""
        reason = event["response"]["headers"].get(REASON_HEADER, "")
        if reason:
            self.refused += reason == "egress"
            if event["requestId"] == event.get("loaderId"):
                self.told = reason

    def on_finished(self, event: dict[str, Any]) -> None:
        self.wire_bytes += int(event.get("encodedDataLength", 0))
        self._end(event)

    def on_failed(self, event: dict[str, Any]) -> None:
        if event.get("blockedReason") == "inspector":
            self.blocked += 1
            self.requests -= 1
        elif event.get("errorText") == NO_TUNNEL and event["requestId"] in self._open:
            self.refused += self._tunnel_failure(self._open[event["requestId"]][1]) == "egress"
        self._end(event)

    def _end(self, event: dict[str, Any]) -> None:
        if self._open.pop(event["requestId"], None) is not None:
            self._move()

    def _move(self) -> None:
        self.last_move = time.monotonic()
        self._moved.set()
