"""One tab of the browser: shows page after page and says what each looked like once it rested."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from scraper.render.driver import BrowserContext, BrowserError, CDPSession, Page
from scraper.render.flow import Flow
from scraper.render.interception import Event, Interception, patterns
from scraper.render.settings import PoolSettings
from scraper.render.unneeded import media_patterns, tracker_patterns
from scraper.render.words import Rendered, RenderRequest

_WORLD = "tandem"
_MOST_ELEMENTS = 1_000_000
_LITTLE_TEXT = 40  # characters; a page that shows less is given more time
_REST_SECONDS = 0.1  # without a request or a change, for a page that fetches no data
_DATA_REST_SECONDS = 0.35  # for one that does: what arrives is worked on before more is asked
_BARE_SECONDS = 2.0  # that a page with little text is waited for
_SNAPSHOT_MILLISECONDS = 8000
_CLOSE_SECONDS = 2.0
_DOMAINS = "Page.enable", "Network.enable"


class Snapshot(NamedTuple):
    """What stands in the tab now."""

    url: str
    still_seconds: float  # since the document changed last
    text: int  # characters, counted up to a few
    html: str  # empty unless the page rests or is taken as it is
    is_too_large: bool


class Tab:
    """Made by `open`; shows one page at a time. Once `is_lost` it shows nothing any more."""

    def __init__(self, page: Page, session: CDPSession, settings: PoolSettings) -> None:
        self.page = page
        self._session = session
        self._settings = settings
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._flow = Flow()
        self._frame = ""
        self._document = ""
        self._entered: set[str] = set()
        self._parsed = asyncio.Event()
        self._interception: Interception | None = None
        self._answers: asyncio.TaskGroup | None = None
        self._intercepted: object = None
        self.is_blank = True
        self.last_used = time.monotonic()

    @classmethod
    async def open(cls, context: BrowserContext, settings: PoolSettings) -> Self:
        """Raises BrowserError."""
        page = await context.new_page()
        tab = cls(page, await context.new_cdp_session(page), settings)
        page.on("crash", lambda _: tab.lose("render_crashed"))
        page.on("close", lambda _: tab.lose("render_crashed"))
        await tab._prepare()
        return tab

    @property
    def is_lost(self) -> bool:
        return self._lost.done()

    def lose(self, reason: str) -> None:
        """Whoever waits for the page gets this reason."""
        if not self._lost.done():
            self._lost.set_result(reason)

    async def show(self, request: RenderRequest) -> Rendered:
        """A page that outlasts its time, or takes the tab with it, leaves the tab lost."""
        body = asyncio.ensure_future(self._show(request))
        try:
            await asyncio.wait(
                (body, self._lost),
                timeout=self._settings.page_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if body.done():
                return body.result()
        finally:
            body.cancel()
            await asyncio.wait({body})
            self.last_used = time.monotonic()
        self.lose("render_timeout")
        reason = self._lost.result()
        detail = f"after {self._settings.page_seconds:.0f} s" if reason == "render_timeout" else ""
        return self._counted(Rendered(reason, url=request.url, detail=detail))

    async def blank(self) -> None:
        """Nothing of the last page goes on; a tab that cannot do that is lost."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._send("Page.navigate", url="about:blank")
            self.is_blank = True
        except (BrowserError, TimeoutError):
            self.lose("render_crashed")

    async def close(self) -> None:
        self.lose("render_crashed")
        with suppress(BrowserError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.page.close()

    async def _prepare(self) -> None:
        on = self._session.on
        on("Fetch.requestPaused", self._on_paused)
        on("Network.requestWillBeSent", self._flow.on_request)
        on("Network.loadingFinished", self._flow.on_finished)
        on("Network.loadingFailed", self._flow.on_failed)
        on("Page.frameNavigated", self._on_navigated)
        on("Page.domContentEventFired", lambda _: self._parsed.set())
        for domain in _DOMAINS:
            await self._send(domain)
        self._frame = (await self._send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self._send(
            "Page.addScriptToEvaluateOnNewDocument", source=_script("watcher.js"), worldName=_WORLD
        )
        await self._hold_back(with_media=False, has_headers=False)

    async def _hold_back(self, *, with_media: bool, has_headers: bool) -> None:
        """What is left out, told to the browser whenever it is another than for the page before."""
        if self._intercepted == (with_media, has_headers):
            return
        blocked = tracker_patterns() + ([] if with_media else media_patterns())
        await self._send("Network.setBlockedURLs", urls=blocked)
        await self._send("Fetch.enable", patterns=patterns(with_media, has_headers))
        self._intercepted = with_media, has_headers

    async def _show(self, request: RenderRequest) -> Rendered:
        async with asyncio.TaskGroup() as self._answers:
            try:
                rendered = await self._steps(request)
            except BrowserError as error:
                # The tab's own end may be told a moment later.
                await asyncio.wait({self._lost}, timeout=0.5)
                reason = self._lost.result() if self._lost.done() else "render_failed"
                rendered = Rendered(reason, url=request.url, detail=_first_line(error))
                self.lose(reason)
        return self._counted(rendered)

    async def _steps(self, request: RenderRequest) -> Rendered:
        with_media = bool(request.shots)
        await self._hold_back(with_media=with_media, has_headers=bool(request.headers))
        interception = Interception(
            self._frame, request.url, request.response, request.headers, bool(request.actions)
        )
        self._interception = interception.with_media() if with_media else interception
        self._flow.begin()
        self._entered.clear()
        self._parsed.clear()
        failure = await self._navigate(request.url)
        if failure is not None:
            return failure
        await self._parsed.wait()
        snapshot, detail = await self._rested()
        return self._verdict(snapshot, detail)

    async def _navigate(self, url: str) -> Rendered | None:
        self.is_blank = False
        told = await self._send("Page.navigate", url=url)
        if "loaderId" not in told:  # it stands there already, and only went to another place of the page
            await self._send("Page.navigate", url="about:blank")
            told = await self._send("Page.navigate", url=url)
        if not (error := told.get("errorText", "")):
            while told["loaderId"] not in self._entered:
                await self._flow.moved(1.0)
            return None
        if self._interception is not None and self._interception.leads_to:
            return Rendered("redirected", url=self._interception.leads_to)
        if told.get("isDownload"):
            return Rendered("render_download", url=url, detail="it is a file to be kept, not a page")
        return Rendered("render_failed", url=url, detail=error)

    async def _rested(self) -> tuple[Snapshot, str]:
        """What the page looks like once nothing moves, or when it has moved for long enough."""
        since = time.monotonic()
        end = since + self._settings.settle_seconds
        while (now := time.monotonic()) < end:
            await self._parsed.wait()
            rest = _DATA_REST_SECONDS if self._flow.brings_data else _REST_SECONDS
            missing = rest - self._flow.quiet_seconds()
            if missing > rest:
                await self._flow.moved(end - now)
            elif missing > 0:
                await self._flow.moved(min(missing, end - now))
            else:
                patience = _LITTLE_TEXT if now - since < _BARE_SECONDS else 0
                snapshot = await self._snapshot(rest, patience)
                if snapshot is not None and (snapshot.html or snapshot.is_too_large):
                    return snapshot, ""
                still = snapshot.still_seconds if snapshot is not None else 0.0
                await self._flow.moved(min(max(rest - still, 0.02) if still < rest else rest, end - now))
        waits = self._flow.open_requests
        busy = f"{waits} requests were open" if waits else "it still changed"
        for _ in range(5):
            await self._parsed.wait()
            if (snapshot := await self._snapshot(0, 0)) is not None:
                return snapshot, f"taken as it was after {self._settings.settle_seconds:.0f} s: {busy}"
        raise BrowserError("the page goes from one document to the next without an end")

    async def _snapshot(self, rest: float, text: int) -> Snapshot | None:
        """None while one document gives way to another."""
        document = self._document
        try:
            world = await self._send("Page.createIsolatedWorld", frameId=self._frame, worldName=_WORLD)
            limits = (
                f"{self._settings.max_page_bytes}, {_MOST_ELEMENTS}, {_LITTLE_TEXT}, {rest * 1000}, {text}"
            )
            told = await self._send(
                "Runtime.evaluate",
                expression=f"{_script('snapshot.js')}({limits})",
                contextId=world["executionContextId"],
                returnByValue=True,
                timeout=_SNAPSHOT_MILLISECONDS,
            )
        except BrowserError:
            await self._flow.moved(0.3)
            if self._document == document:
                raise
            return None
        value = told["result"].get("value")
        if not isinstance(value, dict):
            raise BrowserError("the page could not be read")
        return Snapshot(
            str(value["url"]),
            float(value["still"]) / 1000,
            int(value["text"]),
            str(value["html"]),
            bool(value["isTooLarge"]),
        )

    def _verdict(self, snapshot: Snapshot, detail: str) -> Rendered:
        limit = self._settings.max_page_bytes
        if snapshot.is_too_large or len(snapshot.html.encode(errors="replace")) > limit:
            told = f"its document is larger than {limit} bytes"
            return Rendered("render_too_large", url=snapshot.url, detail=told)
        leads_to = self._interception.leads_to if self._interception is not None else ""
        if leads_to and snapshot.text < _LITTLE_TEXT:
            return Rendered("redirected", url=leads_to)
        return Rendered(html=snapshot.html, url=snapshot.url, detail=detail, leads_to=leads_to)

    def _counted(self, rendered: Rendered) -> Rendered:
        flow = self._flow
        left_out = self._interception.left_out if self._interception is not None else 0
        return replace(
            rendered,
            requests=max(0, flow.requests - left_out),
            blocked=flow.blocked + left_out,
            wire_bytes=flow.wire_bytes,
        )

    def _on_navigated(self, event: Event) -> None:
        frame = event["frame"]
        if "parentId" not in frame:
            self._document = frame.get("loaderId", "")
            self._entered.add(self._document)
            self._parsed.clear()
            self._flow.enter(self._document)

    def _on_paused(self, event: Event) -> None:
        if self._interception is not None and self._answers is not None:
            answer = self._interception.answer(event)
            with suppress(RuntimeError):  # the page is over, and its questions with it
                self._answers.create_task(self._answer(answer.method, answer.parameters))

    async def _answer(self, method: str, parameters: dict[str, Any]) -> None:
        with suppress(BrowserError):  # whoever asked is gone
            await self._send(method, **parameters)

    async def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        told: dict[str, Any] = await self._session.send(method, parameters)
        return told


@cache
def _script(name: str) -> str:
    return (Path(__file__).parent / name).read_text()


def _first_line(error: BrowserError) -> str:
    return error.message.splitlines()[0][:200] if error.message else ""
