"""Writes the page that would show a document, with everything escaped."""

from collections.abc import Iterable, Sequence
from html import escape

# What values are called that are addresses, also without the name of a host.
ADDRESSED = frozenset(
    {"url", "href", "link", "uri", "permalink", "next", "prev", "previous", "self", "canonical"}
)
MOST_SHOWN = 200_000  # characters of words; links come on top


def page(parts: Iterable[str], title: str = "", language: str = "") -> str:
    """A whole page."""
    said = f' lang="{escape(language)}"' if language else ""
    head = f"<title>{escape(title)}</title>" if title else ""
    return f"<!doctype html><html{said}><head>{head}</head><body><main>{''.join(parts)}</main></body></html>"


def shown(parts: Iterable[str]) -> list[str]:
    """As many of them as are of use to whoever reads pages."""
    kept, left = [], MOST_SHOWN
    for part in parts:
        left -= len(part)
        if left < 0:
            break
        kept.append(part)
    return kept


def element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def link(href: str, text: str, rel: str = "") -> str:
    said = f' rel="{escape(rel)}"' if rel else ""
    return f'<a href="{escape(href)}"{said}>{escape(text)}</a>'


def links(found: Iterable[tuple[str, str]]) -> str:
    """A list of (address, words); nothing when there is none."""
    items = "".join(f"<li>{link(href, text)}</li>" for href, text in found)
    return f"<ul>{items}</ul>" if items else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose addresses are links."""
    names = "".join(element("th", name) for name in head)
    leads = [name.strip().lower() in ADDRESSED for name in head]
    body = "".join(f"<tr>{''.join(map(_cell, row, leads))}</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str, leads: bool) -> str:
    if text.startswith(("http://", "https://", "/" if leads else "http://")) and " " not in text:
        return f"<td>{link(text, text)}</td>"
    return element("td", text)
