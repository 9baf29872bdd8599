"""Takes over what became of a page before the browser, or in place of it: its figures and its document."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NamedTuple

from scraper.discover import Found
from scraper.message import Response
from scraper.pages import Parsed
from scraper.render.adaptive import Choice, Why
from scraper.render.order import Mode, PageOrder
from scraper.render.shown import Shown
from scraper.render.template import Key
from scraper.render.words import Rendered
from storage.words import KeptFile, Lease, Rendering

READ_WELL = frozenset({"ok", "links_cut"})
REDIRECTED = "redirected"

ReadDocument = Callable[[str, str], Awaitable[Parsed]]  # its URL, its text
JudgeLinks = Callable[[Parsed], Found]


class Before(NamedTuple):
    """A page as plain HTTP brought it."""

    key: Key
    lease: Lease
    response: Response
    plain: Parsed


class Reading(NamedTuple):
    """How the document of one page is read."""

    order: PageOrder
    read: ReadDocument
    judge: JudgeLinks
    page: Before | None = None  # where its answers in JSON may do


def may_be_answered(order: PageOrder) -> bool:
    """Whether nothing is wanted of the page but what it says."""
    return order.mode is Mode.AUTO and not (order.actions or order.shots or order.captures)


async def read_shown(rendered: Rendered, choice: Choice, reading: Reading) -> Shown:
    """What a browser made of a page, read if it can be."""
    shown = _without_document(rendered, choice.why)
    if rendered.reason == REDIRECTED:
        return shown._replace(target=rendered.url)
    if rendered.reason != "ok":
        return shown
    parsed = await reading.read(rendered.url, rendered.html)
    if parsed.reason not in READ_WELL:
        rendering = shown.rendering
        return shown._replace(rendering=replace(rendering, outcome=parsed.reason) if rendering else None)
    return taken(rendered, choice.why, parsed, reading)


def taken(rendered: Rendered, why: Why | None, parsed: Parsed, reading: Reading) -> Shown:
    """With its document as it was read."""
    shown = _without_document(rendered, why)
    rendering = shown.rendering
    assert rendering is not None  # noqa: S101 - it is made with it
    if reading.order.keeps_dom:
        size = len(rendered.html.encode(errors="replace"))
        rendering = replace(rendering, dom=parsed.body, dom_bytes=size)
    rendering = replace(rendering, dom_digest=parsed.digest)
    return shown._replace(rendering=rendering, parsed=parsed, found=reading.judge(parsed))


def _without_document(rendered: Rendered, why: Why | None) -> Shown:
    rendering = Rendering(
        str(why),
        rendered.remark or rendered.reason,
        rendered.milliseconds,
        rendered.requests,
        rendered.blocked,
        rendered.refused,
        rendered.wire_bytes,
        rendered.url,
        detail=rendered.detail,
    )
    files = tuple(KeptFile(one.shot, "image/png", one.body) for one in rendered.pictures)
    return Shown(rendering, None, None, files, rendered.captured, rendered.leads_to, rendered.remark)
