"""Takes out of a text with markup what readers see: others than the site may have written it."""

import re
from html import escape, unescape

_HELD = re.compile(r"<(?:p|div|h[1-6]|ul|ol|a|br|span|li|b|i|em|strong)\b[^<]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})\b([^<>]{0,2000})>")
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE)
# No tables, and nothing that speaks to machines: what it says is text beside the answer's own values.
_KEPT = frozenset(
    {"p", "div", "br", "ul", "ol", "li", "span", "b", "i", "em", "strong", "blockquote", "pre", "a"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "textarea", "title"})


def has_markup(text: str) -> bool:
    """Whether it is written for a browser."""
    return "<" in text and _HELD.search(text) is not None


def cleaned(text: str) -> str:
    """The same with the elements that part and name texts, and the addresses of links."""
    parts: list[str] = []
    unseen, at = "", 0
    for tag in _TAG.finditer(text):
        if not unseen:
            parts.append(_text(text[at : tag.start()]))
        at = tag.end()
        closes, name = tag[1], tag[2].lower()
        if unseen:
            unseen = "" if closes and name == unseen else unseen
        elif name in _UNSEEN:
            unseen = "" if closes else name
        else:
            parts.append(_element(closes, name, tag[3]))
    if not unseen:
        parts.append(_text(text[at:]))
    return "".join(parts)


def _element(closes: str, name: str, attributes: str) -> str:
    if name in _HEADINGS:
        return f"<{closes}h3>"
    if name not in _KEPT:
        return " "
    href = _HREF.search(attributes) if name == "a" and not closes else None
    return f'<a href="{escape(unescape(href[1]))}">' if href else f"<{closes}{name}>"


def _text(text: str) -> str:
    return escape(unescape(text), quote=False)
