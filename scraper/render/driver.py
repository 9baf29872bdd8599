"""The names of Playwright that this room works with; importing it loads Playwright."""

from playwright.async_api import Error as BrowserError
from playwright.async_api import Locator, Page, Request, Response
from playwright.async_api import TimeoutError as BrowserTimeout

__all__ = ["BrowserError", "BrowserTimeout", "Locator", "Page", "Request", "Response"]
