"""What an answer says of a session: that it has expired, that a login went well."""

from urllib.parse import urlsplit

from scraper.charset import decode
from scraper.document import Document, Unreadable
from scraper.exchange import MOVED
from scraper.message import Response
from scraper.session.plan import Check, ExpiredWhen
from storage.address import NotAnAddress, parse


def sign_of(url: str, response: Response, expired: ExpiredWhen | None) -> str:
    """Why the answer looks like one for strangers; empty when it does not."""
    if expired is None:
        return ""
    if response.status in expired.statuses:
        return f"status {response.status}"
    if response.status in MOVED and _leads_away(url, response.location, expired):
        return "redirect"
    if expired.text and 200 <= response.status < 300 and holds(response, expired.text):
        return "text"
    return ""


def _leads_away(url: str, location: str, expired: ExpiredWhen) -> bool:
    try:
        target = parse(location, url)
    except NotAnAddress:
        return False
    if expired.redirects_to is not None and expired.redirects_to.matches(target):
        return True
    return bool(expired.login_path) and urlsplit(target.fetch).path == expired.login_path


def holds(response: Response, text: str) -> bool:
    """Whether a text stands in the source of a page."""
    if text.isascii() and b"\0" not in response.body[:64]:
        return text.encode() in response.body
    return text in decode(response.body, response.header("content-type"))[1]


def proves(response: Response, check: Check) -> bool:
    """Whether the answer shows what only users see."""
    if not 200 <= response.status < 300 or response.reason not in {"ok", "too_large"}:
        return False
    if check.text and not holds(response, check.text):
        return False
    if not check.selector:
        return True
    try:
        page = Document(decode(response.body, response.header("content-type"))[1])
    except Unreadable:
        return False
    return page.tree.css_first(check.selector) is not None
