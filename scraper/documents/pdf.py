"""Reads a PDF: its text page by page, with a page break between two, its headings and links."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from scraper.documents import markup
from scraper.documents.pdf_library import Line, Pdf, open_pdf
from scraper.documents.pdf_margins import without_margins
from scraper.documents.pdf_paragraphs import (
    HEADING,
    LONGEST_HEADING,
    Paragraph,
    compounds,
    paragraphs,
    text_size,
)
from scraper.documents.reading import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    PAGE_BREAK,
    Reading,
    Room,
    shortened,
)

MOST_PAGES = 5_000
MANY_HEADINGS = 8  # a text with so many is made to be looked up in
PICTURES_SOUGHT = 5  # pages of a document without text that are looked at for pictures
_MOMENT = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
_NO_TITLE = re.compile(
    r"\A(?:untitled.*|title|document\d*|slide \d+|(?:microsoft (?:word|powerpoint|excel) - )?\S+\.\w{2,5})\Z",
    re.IGNORECASE,
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")


class _Leaves(NamedTuple):
    """What was taken out of the pages, one entry for each."""

    lines: list[list[Line]]
    links: list[list[tuple[str, str]]]


class _Written(NamedTuple):
    """The pages as text in three spellings."""

    text: str
    markdown: str
    html: str
    headings: tuple[tuple[int, int, str], ...]  # page, level, words


def read_pdf(body: bytes, room: Room, *, reads_text: bool = True) -> Reading:
    """What the document says; without its text only where it leads."""
    document = open_pdf(body)
    if isinstance(document, str):
        return Reading(document)
    leaves = _taken(document, room, reads_text=reads_text)
    hyphened = compounds(leaves.lines)
    pages = [paragraphs(lines, hyphened) for lines in without_margins(leaves.lines)]
    written = _written(pages, text_size(leaves.lines), leaves.links)
    facts = document.facts
    title = _title(facts.get("Title", ""), written, pages)
    language = document.language.strip().lower().replace("_", "-")
    language = language if _TAG.fullmatch(language) else ""
    return Reading(
        reason=_reason(document, written.text, room) if reads_text else "unread",
        page_type=_page_type(written) if written.text.strip() else "",
        title=title,
        language=language,
        author=shortened(facts.get("Author", ""), LONGEST_TITLE),
        published=_day(facts.get("CreationDate", "")),
        modified=_day(facts.get("ModDate", "")),
        description=shortened(facts.get("Subject", ""), LONGEST_DESCRIPTION),
        text=written.text if written.text.strip() else "",
        markdown=written.markdown,
        html=markup.page([written.html], title, language),
    )


def _taken(document: Pdf, room: Room, *, reads_text: bool) -> _Leaves:
    leaves = _Leaves([], [])
    for number in range(len(document)):
        leaf = document.page(number) if number < MOST_PAGES else None
        lines, links = [], []
        if leaf is not None:
            lines = list(leaf.lines()) if reads_text else []
            links = list(leaf.links())
            leaf.close()
        if number >= MOST_PAGES or not room.takes(sum(len(line.text) for line in lines)):
            room.is_cut = True
            break
        leaves.lines.append(lines)
        leaves.links.append(links)
    return leaves


def _reason(document: Pdf, text: str, room: Room) -> str:
    if text.strip() or room.is_cut:
        return room.reason
    leaves = [document.page(number) for number in range(min(len(document), PICTURES_SOUGHT))]
    return "scanned" if any(leaf is not None and leaf.has_pictures() for leaf in leaves) else "no_text"


def _written(
    pages: Sequence[Sequence[Paragraph]], size: float, links: Sequence[Sequence[tuple[str, str]]]
) -> _Written:
    """A sentence goes on over a page break; a word is whole before it."""
    large = sorted({one.size for page in pages for one in page if _is_heading(one, size)}, reverse=True)
    text, marked, shown, headings = "", [""], [], []
    carried: Paragraph | None = None  # the last of the page before, where it may go on
    for number, page in enumerate(pages):
        left = list(page)
        goes_on = carried is not None and bool(left) and _goes_on(carried, left[0])
        if goes_on and carried is not None:
            head, _, rest = left[0].text.partition(" ") if carried.ends_parted else ("", "", left[0].text)
            text += head + PAGE_BREAK + rest
            marked[-1] += head + (" " + rest if rest else "")
            shown.append(markup.element("p", rest))
            carried = left.pop(0)
        elif number:
            text += ("\n\n" if text.strip() else "") + PAGE_BREAK
        for place, one in enumerate(left):
            level = large.index(one.size) + 1 if _is_heading(one, size) else 0
            text += ("\n\n" if place or goes_on else "") + one.text
            marked.append(f"{'#' * min(level, 4)} {one.text}" if level else one.text)
            shown.append(markup.element(f"h{min(level, 4)}" if level else "p", one.text))
            if level:
                headings.append((number, level, one.text))
        carried = left[-1] if left else carried if goes_on else None
        if carried is not None and _is_heading(carried, size):
            carried = None
    led = [one for page in links for one in page]
    html = "".join([*markup.shown(shown), markup.links(led)])
    return _Written(text, "\n\n".join(filter(None, marked)), html, tuple(headings))


def _goes_on(before: Paragraph, first: Paragraph) -> bool:
    return before.is_open and first.text[:1].islower() and abs(before.size - first.size) < 0.08 * before.size


def _is_heading(one: Paragraph, size: float) -> bool:
    return size > 0 and one.size > HEADING * size and len(one.text) <= LONGEST_HEADING


def _title(declared: str, written: _Written, pages: Sequence[Sequence[Paragraph]]) -> str:
    """The one that it declares, unless a program wrote it there; else the first page's largest words."""
    declared = shortened(declared, LONGEST_TITLE)
    if len(declared) > 2 and not _NO_TITLE.match(declared):
        return declared
    first = next((number for number, page in enumerate(pages) if page), 0)
    large = [(level, words) for number, level, words in written.headings if number == first]
    if large:
        return shortened(min(large, key=lambda one: one[0])[1], LONGEST_TITLE)
    return shortened(pages[first][0].text, LONGEST_TITLE) if pages and pages[first] else ""


def _page_type(written: _Written) -> str:
    return "documentation" if len(written.headings) >= MANY_HEADINGS else "article"


def _day(moment: str) -> str:
    match = _MOMENT.match(moment.strip())
    if match is None:
        return ""
    year, month, day = match.groups()
    return f"{year}-{month}-{day}" if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else ""
