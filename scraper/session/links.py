"""Addresses that a logged-in crawl must not visit: they would end its session, or begin another one."""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from scraper.session.plan import SessionPlan
from storage.address import Address

REASON: Final = "trap_session"
_WORD: Final = (
    r"(?:log|sign)[-_.]?(?:out|off)|end[-_.]?session|abmelden|ausloggen|d[e\u00e9]connexion|se[-_]d[e\u00e9]connecter"
    r"|cerrar[-_]?sesi[o\u00f3]n|uitloggen|afmelden|logga[-_]?ut|wyloguj|esci|sair"
)
# Nothing else in the segment, or in the argument: "how-to-log-out-of-it" is a page.
_SEGMENT: Final = re.compile(
    r"(?:(?:special|user|do|member|customer|account|auth|oauth|session|wp)[-_.:]?){0,2}"
    rf"(?:{_WORD})"
    r"(?:[-_]?(?:success|confirm|now|user|all))?(?:\.[a-z]{2,5})?",
    re.IGNORECASE,
)


def leaving(plans: Sequence[SessionPlan]) -> Callable[[Address], bool]:
    """Says of an address whether it is the login or a logout of one of these sessions."""
    logins = {_place(plan.login.url) for plan in plans if plan.login is not None}

    def leaves(address: Address) -> bool:
        # whatever the scheme: a logout over http:// is redirected to the one that counts
        if not any(pattern.covers(address.host) for plan in plans for pattern in plan.hosts):
            return False
        return is_logout(address.fetch) or _place(address.fetch) in logins

    return leaves


def is_logout(url: str) -> bool:
    """Whether a URL has the shape of a logout, in its path or in an argument."""
    parts = urlsplit(url)
    words = [part for pair in parts.query.split("&") for part in pair.split("=")[:2]]
    return any(_SEGMENT.fullmatch(unquote(word)) for word in [*parts.path.split("/"), *words])


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
