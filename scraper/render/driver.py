"""The names of Playwright that this room works with; importing it loads Playwright."""

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Locator,
    Page,
    Playwright,
    Request,
    Response,
    ViewportSize,
    async_playwright,
)
from playwright.async_api import Error as BrowserError
from playwright.async_api import TimeoutError as BrowserTimeout

__all__ = [
    "Browser",
    "BrowserContext",
    "BrowserError",
    "BrowserTimeout",
    "CDPSession",
    "Locator",
    "Page",
    "Playwright",
    "Request",
    "Response",
    "ViewportSize",
    "async_playwright",
]
