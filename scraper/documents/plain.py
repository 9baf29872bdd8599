"""Reads text and Markdown: lines that a width has parted are whole again, marks are taken out."""

import re
from collections.abc import Iterator

from scraper.documents import markup
from scraper.documents.reading import LONGEST_TITLE, PAGE_BREAK, Reading, Room, shortened

MANY_HEADINGS = 8
MOST_LINKS = 3_000
BINARY_SHARE = 0.1  # of control and replacement characters in what is no text
_LOOKED_AT = 4_096
_ODD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_GAP = re.compile(r"\n[ \t]*\n\s*")
_WRAPPED = range(45, 111)  # characters of a line that was parted by its width
_OWN_LINE = re.compile(r"\s{4,}|\t|\s*(?:[-*+•>|#]|\d+[.)])\s")
_FENCE = re.compile(r"^(?:```|~~~).*$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^(?:=+|-{3,})\s*$")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(\s*<?([^()\s<>\[\]]{1,2000})>?(?:\s+[^()\n\[\]]{0,200})?\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\])}|\\^]{3,2000}")
_MARKS = re.compile(r"(\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w))")
_FRONT = re.compile(r"\A---\n(.{0,5000}?)\n---\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


def read_text(text: str, room: Room) -> Reading:
    """The text with its paragraphs; its first line is the title."""
    if reason := _refusal(text):
        return Reading(reason)
    text = _within(_even(text), room)
    parts = [_unwrapped(part) for part in _GAP.split(text)]
    text = "\n\n".join(parts).strip(" \t\n")
    title = shortened(next(filter(None, map(str.strip, text.splitlines())), ""), LONGEST_TITLE)
    shown = markup.shown(markup.element("p", part) for part in parts)
    html = markup.page([*shown, markup.links(_addresses(text))], title)
    return Reading(room.reason, "article", title, text=text, markdown=text.replace(PAGE_BREAK, ""), html=html)


def read_markdown(text: str, room: Room) -> Reading:
    """The text without its marks; the first heading is the title."""
    if reason := _refusal(text):
        return Reading(reason)
    text = _within(_even(text).replace(PAGE_BREAK, " "), room)
    front = _FRONT.match(text)
    declared = _FRONT_TITLE.search(front[1]) if front else None
    text = text[front.end() :] if front else text
    lines, headings, shown = [], [], []
    for level, part in _parts(text):
        plain = _without_marks(part)
        lines.append(plain)
        if level:
            headings.append(plain)
        shown.append(markup.element(f"h{level}" if level else "p", plain))
    title = declared[1] if declared else headings[0] if headings else lines[0] if lines else ""
    title = shortened(title, LONGEST_TITLE)
    links = [(match[2], match[1]) for match in _LINK.finditer(text) if not match[0].startswith("!")]
    links += _addresses(_LINK.sub(" ", text))
    return Reading(
        room.reason,
        "documentation" if len(headings) >= MANY_HEADINGS else "article",
        title,
        text="\n\n".join(filter(None, lines)),
        markdown=text.strip(),
        html=markup.page([*markup.shown(shown), markup.links(links[:MOST_LINKS])], title),
    )


def _refusal(text: str) -> str:
    head = text[:_LOOKED_AT]
    if not text.strip("\ufeff\t\n\f\r \0"):
        return "empty"
    return "not_text" if len(_ODD.findall(head)) > BINARY_SHARE * len(head) else ""


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _within(text: str, room: Room) -> str:
    longest = room.characters
    room.takes(len(text))
    return text[:longest]


def _unwrapped(part: str) -> str:
    """A paragraph on one line, unless its lines are meant to be lines; page breaks stay."""
    lines = part.split("\n")
    if len(lines) < 2 or PAGE_BREAK in part or any(map(_OWN_LINE.match, lines)):
        return part
    if not all(len(line.rstrip()) in _WRAPPED for line in lines[:-1]):
        return part
    return " ".join(line.strip() for line in lines)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Headings with their level, all else with 0."""
    text = _FENCE.sub("", text)
    for part in _GAP.split(text):
        lines = [line for line in part.split("\n") if line.strip()]
        gathered: list[str] = []
        for line in lines:
            heading = _HEADING.match(line)
            if heading or (_UNDERLINE.match(line) and len(gathered) == 1):
                words = heading[2] if heading else gathered.pop()
                yield from _body(gathered)
                gathered = []
                yield (len(heading[1]) if heading else 1 if line[0] == "=" else 2), words
            else:
                gathered.append(line)
        yield from _body(gathered)


def _body(lines: list[str]) -> Iterator[tuple[int, str]]:
    if not lines:
        return
    is_list = any(map(_OWN_LINE.match, lines))
    yield 0, "\n".join(line.strip() for line in lines) if is_list else " ".join(map(str.strip, lines))


def _without_marks(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(lambda found: found[1], text)).strip()


def _addresses(text: str) -> list[tuple[str, str]]:
    """Whole addresses that stand in the text."""
    found = (
        match[0].rstrip(".,;:!?")
        for _, match in zip(range(MOST_LINKS), _ADDRESS.finditer(text), strict=False)
    )
    return [(address, "") for address in dict.fromkeys(found)]
