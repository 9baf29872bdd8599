"""Finds sources whose elements are left open by the thousands: a parser's time grows with their square."""

import re
from collections import Counter

DEEPEST = 10_000  # elements of one name left open; real pages leave open a few dozen
_TAG = re.compile(r"<(/?)([a-z][^\s/>]{0,40})")
# Elements without an end, and such whose end the next one implies: they do not nest.
_FLAT = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
    "a", "button", "dd", "dt", "li", "nobr", "optgroup", "option", "p", "path", "rp", "rt",
    "tbody", "td", "tfoot", "th", "thead", "tr",
))  # fmt: skip


def is_too_deep(html: str) -> bool:
    """Whether elements of one name stand inside each other more than `DEEPEST` times."""
    angles = html.count("<")
    if angles < DEEPEST or angles - 2 * html.count("</") < DEEPEST:
        return False
    open_now: Counter[str] = Counter()
    for end, name in _TAG.findall(html.lower()):
        open_now[name] += -1 if end else 1
    return any(count > DEEPEST and name not in _FLAT for name, count in open_now.items())
