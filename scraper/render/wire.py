"""The line to one tab: what we tell the browser, what it tells us, and what it holds back for us."""

import asyncio
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.render.driver import BrowserError, CDPSession
from scraper.render.flow import Flow
from scraper.render.interception import Event, Interception, patterns
from scraper.render.proxy import GREETING
from scraper.render.tally import Tally
from scraper.render.unneeded import ALL, Unneeded, blocked_patterns

WORLD = "tandem"  # where our scripts run: beside those of the page, out of their reach
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Wire:
    """Made ready by `prepare`; playwright's own commands would cost twice the processor time."""

    def __init__(self, session: CDPSession, tally: Tally | None) -> None:
        self.frame = ""
        self.document = ""  # that stands in the tab
        self.entered: set[str] = set()  # documents since the page was begun
        self.parsed = asyncio.Event()
        self.flow = Flow(self._tunnel_failure)
        self.interception: Interception | None = None
        self._session = session
        self._tally = tally
        self._held_back: tuple[frozenset[Unneeded], bool] | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._authorized: set[str] = set()

    async def prepare(self) -> None:
        """Raises BrowserError, as everything here does that asks the browser."""
        on = self._session.on
        on("Fetch.authRequired", self._on_auth)
        on("Fetch.requestPaused", self._on_paused)
        on("Network.loadingFailed", self.flow.on_failed)
        on("Network.loadingFinished", self.flow.on_finished)
        on("Network.requestWillBeSent", self.flow.on_request)
        on("Network.responseReceived", self.flow.on_response)
        on("Page.domContentEventFired", lambda _: self.parsed.set())
        on("Page.frameNavigated", self._on_navigated)
        await self.send("Page.enable")
        await self.send("Network.enable")
        self.frame = (await self.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self.send("Page.addScriptToEvaluateOnNewDocument", source=script("watcher.js"), worldName=WORLD)
        await self.send("Page.addScriptToEvaluateOnNewDocument", source=script("alone.js"))
        await self.hold_back(ALL, has_headers=False)

    async def greet(self) -> None:
        """Tells the browser the proxy's password; sockets are not asked for it, and need it known before."""
        told = await self.navigate(GREETING)
        if told.get("errorText") or not self._authorized:
            raise BrowserError("the browser does not go by the proxy")

    async def hold_back(self, unneeded: frozenset[Unneeded], *, has_headers: bool) -> None:
        """Told to the browser whenever it is another than for the page before."""
        if self._held_back == (unneeded, has_headers):
            return
        await self.send("Network.setBlockedURLs", urls=blocked_patterns(unneeded))
        asks = self._tally is not None
        await self.send("Fetch.enable", patterns=patterns(unneeded, has_headers), handleAuthRequests=asks)
        self._held_back = unneeded, has_headers

    def begin(self, interception: Interception) -> None:
        """For another page."""
        self.interception = interception
        self.flow.begin()
        self.entered.clear()
        self.parsed.clear()

    async def navigate(self, url: str) -> dict[str, Any]:
        """What the browser says of it, once the document has begun to stand there."""
        told = await self.send("Page.navigate", url=url)
        while not told.get("errorText") and "loaderId" in told and told["loaderId"] not in self.entered:
            await self.flow.moved(1.0)
        return told

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        told: dict[str, Any] = await self._session.send(method, parameters)
        return told

    def failure(self, url: str) -> str:
        """Why the proxy did not bring this document, as pages name it; empty when it did not say."""
        return self.flow.told or self._tunnel_failure(url)

    def close(self) -> None:
        for task in self._answering:
            task.cancel()

    def _tunnel_failure(self, url: str) -> str:
        parts = urlsplit(url)
        authority = f"{parts.hostname}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"
        return self._tally.failure(authority) if self._tally is not None else ""

    def _on_navigated(self, event: Event) -> None:
        frame = event["frame"]
        if "parentId" not in frame:
            self.document = frame.get("loaderId", "")
            self.entered.add(self.document)
            self.parsed.clear()
            self.flow.enter(self.document)

    def _on_paused(self, event: Event) -> None:
        if self.interception is None:
            self._answer("Fetch.continueRequest", {"requestId": event["requestId"]})
        else:
            answer = self.interception.answer(event)
            if answer.ends_reading:
                self.parsed.set()
            self._answer(answer.method, answer.parameters)

    def _on_auth(self, event: Event) -> None:
        """The proxy gets its password, once; servers get what the job says with the request, and no more."""
        response = {"response": "CancelAuth"}
        is_proxy = event["authChallenge"].get("source") == "Proxy"
        if is_proxy and self._tally is not None and event["requestId"] not in self._authorized:
            self._authorized.add(event["requestId"])
            response = {
                "response": "ProvideCredentials",
                "username": self._tally.name,
                "password": self._tally.password,
            }
        answer = {"requestId": event["requestId"], "authChallengeResponse": response}
        self._answer("Fetch.continueWithAuth", answer)

    def _answer(self, method: str, parameters: dict[str, Any]) -> None:
        task = asyncio.get_running_loop().create_task(self._send_answer(method, parameters), name=method)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _send_answer(self, method: str, parameters: dict[str, Any]) -> None:
        with suppress(BrowserError):  # whoever asked is gone
            await self.send(method, **parameters)


@cache
def script(name: str) -> str:
    return (Path(__file__).parent / name).read_text()
