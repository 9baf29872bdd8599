"""Finds the product token of a user agent: the name by which robots rules address a crawler."""

import re

_TOKEN = re.compile(r"[A-Za-z_-]+")
_BROWSERS = frozenset({"mozilla", "applewebkit", "khtml", "gecko", "chrome", "safari", "compatible"})


def product_token(user_agent: str) -> str:
    """`Tandem/1.0 (+https://…)` gives `Tandem`, the disguise `Mozilla/5.0 (compatible; X/1.0)` gives `X`."""
    first = _first_token(user_agent)
    if first.lower() != "mozilla":
        return first
    return _named_in_comment(user_agent) or first


def _first_token(text: str) -> str:
    found = _TOKEN.match(text.strip())
    return found.group() if found else ""


def _named_in_comment(user_agent: str) -> str:
    """The first product of the comment that says `compatible`, which is where crawlers put their name."""
    _, compatible, rest = user_agent.partition("compatible;")
    token = _first_token(rest) if compatible else ""
    return "" if token.lower() in _BROWSERS else token
