"""One real browser for the tests of a module, a page of its own for each of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.scraper.render.action_site import ActionSite, served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bare_browser(sandboxed_browser: Path) -> AsyncIterator[Browser]:
    """A browser as Playwright starts it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=sandboxed_browser, chromium_sandbox=True)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(bare_browser: Browser) -> AsyncIterator[Page]:
    """An empty page that keeps nothing and starts no download."""
    context = await bare_browser.new_context(accept_downloads=False, service_workers="block")
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def action_site() -> AsyncIterator[ActionSite]:
    """Pages that need someone to do something on them."""
    async with served() as site:
        yield site
