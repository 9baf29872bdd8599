"""A Chromium behind the checking proxy, and one without it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright

from scraper.egress import Egress
from scraper.render.flags import FLAGS
from scraper.render.proxy import GREETING, CheckingProxy
from scraper.render.tally import Tally


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every name leads inside."""
    return ["127.0.0.1"]


@asynccontextmanager
async def chromium(command: Path, *flags: str, **options: object) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(command),
            chromium_sandbox=True,
            args=flags,
            **options,  # type: ignore[arg-type]
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def guarded(
    command: Path, allowed: Sequence[str], *flags: str
) -> AsyncIterator[tuple[BrowserContext, Tally, CheckingProxy]]:
    """A context that reaches, of this machine, only the places that are allowed."""
    egress = Egress.allowing(allowed)
    async with (
        CheckingProxy(egress.refuses, resolve) as proxy,
        chromium(command, *FLAGS, *flags, proxy={"server": proxy.address}) as browser,
    ):
        tally = proxy.open_tally("tab")
        context = await browser.new_context(proxy=proxy.settings(tally), ignore_https_errors=True)
        page = await context.new_page()
        await page.goto(GREETING)
        await page.close()
        yield context, tally, proxy


async def visit(context: BrowserContext, url: str) -> Page:
    """A page that was sent there, wherever it is now."""
    page = await context.new_page()
    try:
        await page.goto(url, wait_until="commit")
    except Error:  # refused, or the page went on to somewhere else
        assert not page.is_closed()
    return page
