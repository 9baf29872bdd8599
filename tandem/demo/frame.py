"""The frame around every page: head, navigation, footer."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

SHOP = "Larch & Lantern"
NAVIGATION = (("/shelves", "Shelves"), ("/brands", "Makers"), ("/magazine", "Magazine"), ("/forum", "Forum"))
FOOTER = (
    ("/about", "About us"),
    ("/shipping", "Shipping"),
    ("/returns", "Returns and repairs"),
    ("/sizing", "Sizes"),
    ("/help", "Help"),
    ("/stores", "Counters"),
    ("/manual/overview", "Stock feed"),
    ("/events/2026/11", "Events"),
    ("/cart", "Cart"),
    ("/account/login", "Sign in"),
)


@cache
def _style() -> str:
    return Path(__file__).with_name("shop.css").read_text(encoding="utf-8")


def page(
    title: str, body: str, *, head: str = "", crumbs: Iterable[tuple[str, str]] = (), language: str = "en"
) -> str:
    """A whole HTML document; title is text, everything else is HTML."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n'
        f"<title>{escape(title)} | {escape(SHOP)}</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{head}'
        f"<style>\n{_style()}</style>\n</head>\n<body>\n{_top()}<main>\n{_trail(crumbs)}{body}\n</main>\n"
        f"{_bottom()}</body>\n</html>\n"
    )


def link(path: str, text: str, rel: str = "") -> str:
    attribute = f' rel="{rel}"' if rel else ""
    return f'<a href="{escape(path)}"{attribute}>{escape(text)}</a>'


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """A table of labels and values."""
    lines = (f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in pairs)
    return "<table><tbody>\n" + "\n".join(lines) + "\n</tbody></table>"


def pager(paths: list[str], current: int) -> str:
    """Links to the pages of a list; current counts from 1."""
    if len(paths) < 2:
        return ""
    numbers = [
        f"<strong>{number}</strong>" if number == current else link(path, str(number))
        for number, path in enumerate(paths, start=1)
    ]
    following = [link(paths[current], "next", "next")] if current < len(paths) else []
    return f'<nav class="pages">{" ".join(numbers + following)}</nav>'


def _top() -> str:
    places = "".join(link(path, text) for path, text in NAVIGATION)
    return (
        '<header class="top"><div><a class="mark" href="/">Larch <span>&amp;</span> Lantern</a>'
        f"<nav>{places}</nav></div></header>\n"
    )


def _trail(crumbs: Iterable[tuple[str, str]]) -> str:
    steps = [link("/", "Home"), *(link(path, text) for path, text in crumbs)]
    return f'<p class="crumbs">{" / ".join(steps)}</p>\n' if len(steps) > 1 else ""


def _bottom() -> str:
    places = "".join(link(path, text) for path, text in FOOTER)
    return f"<footer><div>{places}<p>An invented shop: nothing here can be bought.</p></div></footer>\n"
