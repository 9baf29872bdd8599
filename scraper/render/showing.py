"""The course of one page in a tab: there, at rest, through the job's steps, into pictures and a document."""

from contextlib import AsyncExitStack
from dataclasses import replace

from scraper.render import shots
from scraper.render.actions import act
from scraper.render.capture import Capture, wanted_by
from scraper.render.driver import Page
from scraper.render.interception import Interception
from scraper.render.redact import without_secrets
from scraper.render.resting import LITTLE_TEXT, Rested, rested
from scraper.render.settings import PoolSettings
from scraper.render.step import MAY_STAND, ActionLimits
from scraper.render.unneeded import SEEN
from scraper.render.wire import Wire
from scraper.render.words import Rendered, RenderRequest

BLANK = "about:blank"


def seconds_for(request: RenderRequest, settings: PoolSettings) -> float:
    """How long all of it may take."""
    steps = settings.steps_seconds if request.actions else 0.0
    return settings.page_seconds + steps + shots.LIMITS.seconds * len(request.shots)


async def shown(page: Page, wire: Wire, request: RenderRequest, settings: PoolSettings) -> Rendered:
    """Raises BrowserError when the tab does not go on."""
    unneeded = settings.unneeded - SEEN if request.shots else settings.unneeded
    await wire.hold_back(unneeded, has_headers=bool(request.headers))
    wire.begin(Interception(wire.frame, request, unneeded))
    async with AsyncExitStack() as stack:
        capture = None
        if request.captures:
            capture = await stack.enter_async_context(Capture(page, wanted_by(request)))
        failure = await _gone_to(wire, request.url)
        if failure is not None:
            return failure
        rendered = await _seen(page, wire, request, settings)
    if capture is not None:
        rendered = replace(rendered, captured=capture.answers)
    return without_secrets(rendered, request.actions)


def counted(rendered: Rendered, wire: Wire) -> Rendered:
    """With what it asked of the network."""
    flow = wire.flow
    handed = wire.interception.handed_over if wire.interception is not None else 0
    return replace(
        rendered,
        requests=max(0, flow.requests - handed),
        blocked=flow.blocked,
        refused=flow.refused,
        wire_bytes=flow.wire_bytes,
    )


async def _gone_to(wire: Wire, url: str) -> Rendered | None:
    """None when a document came."""
    told = await wire.navigate(url)
    if "loaderId" not in told:  # it stands there already, and only went to another place of the page
        await wire.navigate(BLANK)
        told = await wire.navigate(url)
    error = told.get("errorText", "")
    if wire.interception is not None and wire.interception.leads_to and error:
        return Rendered("redirected", url=wire.interception.leads_to)
    if told.get("isDownload"):
        return Rendered("render_download", url=url, detail="it is a file to be kept, not a page to be shown")
    if reason := (wire.failure(url) if error else wire.flow.told):
        return Rendered(reason, url=url, detail="said by the proxy")
    return Rendered("render_failed", url=url, detail=error) if error else None


async def _seen(page: Page, wire: Wire, request: RenderRequest, settings: PoolSettings) -> Rendered:
    at_rest = await rested(wire, settings)
    rendered = _verdict(at_rest, wire, settings)
    if rendered.reason != "ok" or not (request.actions or request.shots):
        return rendered
    details = [rendered.detail]
    remark = ""
    if request.actions:
        limits = ActionLimits(settings.step_seconds, settings.steps_seconds)
        done = await act(page, request.actions, limits)
        remark = done.remark
        details.append(done.detail)
        at_rest = await rested(wire, settings)
        rendered = _verdict(at_rest, wire, settings)
        details.append(rendered.detail)
        if rendered.reason != "ok":
            return replace(rendered, detail=_joined(details))
    pictures = await shots.take(page, request.shots, request.actions)
    details.append(pictures.detail)
    return replace(rendered, remark=remark, detail=_joined(details), pictures=pictures.pictures)


def _joined(details: list[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, details)))


def _verdict(at_rest: Rested, wire: Wire, settings: PoolSettings) -> Rendered:
    snapshot, limit = at_rest.snapshot, settings.max_page_bytes
    if not snapshot.url.startswith(MAY_STAND):
        scheme = snapshot.url.partition(":")[0]
        return Rendered("render_failed", detail=f"it went to an address that is none of the web ({scheme}:)")
    if snapshot.is_too_large or len(snapshot.html.encode(errors="replace")) > limit:
        detail = f"its document is larger than {limit} bytes"
        return Rendered("render_too_large", url=snapshot.url, detail=detail)
    leads_to = wire.interception.leads_to if wire.interception is not None else ""
    if leads_to and snapshot.text < LITTLE_TEXT:
        return Rendered("redirected", url=leads_to)
    went_on = len(wire.entered) > 1
    return Rendered(
        html=snapshot.html, url=snapshot.url, went_on=went_on, detail=at_rest.detail, leads_to=leads_to
    )
