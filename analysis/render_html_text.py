"""Text of pages inside of HTML: escaped, and a link only where it leads to the web."""

from collections.abc import Iterable
from html import escape as escape_html

from analysis import wording


def escape(text: str) -> str:
    """Text in which nothing is markup, for content and attributes."""
    return escape_html(wording.visible(text))


def escape_part(text: str) -> str:
    """A part of a text: what joins it to the next part stays."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escape(text)}{after}"


def link(name: str, url: str) -> str:
    """A link with a name, or the name alone."""
    shown = escape(wording.title(name, url))
    target = wording.safe_url(url)
    return f'<a href="{escape(target)}" rel="noreferrer nofollow">{shown}</a>' if target else shown


def paragraphs(sentences: Iterable[str], kind: str = "") -> str:
    """One paragraph for each; none for empty ones."""
    name = f' class="{kind}"' if kind else ""
    return "".join(f"<p{name}>{escape(text)}</p>\n" for text in sentences if text)


def table(head: Iterable[tuple[str, bool]], rows: Iterable[Iterable[str]], caption: str = "") -> str:
    """A table of escaped texts that scrolls when it is wide; a heading says if it is of numbers."""
    columns = list(head)
    kinds = [' class="figure"' if is_number else "" for _, is_number in columns]
    names = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>' for (name, _), kind in zip(columns, kinds, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>\n"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = f"<thead><tr>{names}</tr></thead>\n"
    return f'<div class="wide"><table>{title}{top}<tbody>{body}</tbody></table></div>\n'
