"""Reads XML: feeds as what they announce, all else as the texts of its elements."""

from collections.abc import Iterator

from scraper.documents import markup
from scraper.documents.feed import is_feed, read_feed
from scraper.documents.reading import LONGEST_TITLE, Reading, Room, shortened
from scraper.documents.xml_tree import Element, read_xml

_ADDRESSES = ("href", "url", "src", "link")
_TITLES = ("title", "name", "headline", "subject")
_WEB = ("http://", "https://")
MOST_LINKS = 3_000


def read_xml_document(text: str, room: Room) -> Reading:
    """What it says; of a document that is broken, what could be read of it."""
    root, reason = read_xml(text)
    if root is None:
        return Reading(reason)
    read = read_feed(root, room) if is_feed(root) else _plain(root, room)
    return read if reason == "ok" else read._replace(reason=reason)


def _plain(root: Element, room: Room) -> Reading:
    lines = []
    for line in _blocks(root):
        if not room.takes(len(line)):
            break
        lines.append(line)
    title = next((one.text for one in root.walk() if one.name in _TITLES and one.text), "")
    title = shortened(title, LONGEST_TITLE)
    shown = markup.shown(markup.element("p", line) for line in lines)
    reason = room.reason if lines else "no_text"
    text = "\n\n".join(lines)
    html = markup.page([*shown, markup.links(_links(root))], title)
    language = root.attributes.get("lang", "").lower()
    return Reading(reason, "", title, language, text=text, markdown=text, html=html)


def _blocks(element: Element) -> Iterator[str]:
    """Elements with words of their own, each with all that stands in it."""
    if element.own_text.strip():
        if text := element.text:
            yield text
        return
    for child in element.children():
        yield from _blocks(child)


def _links(root: Element) -> Iterator[tuple[str, str]]:
    left = MOST_LINKS
    for element in root.walk():
        words = element.own_text.strip()
        found = [(value.strip(), words) for name in _ADDRESSES if (value := element.attributes.get(name, ""))]
        found = [(address, said) for address, said in found if address.startswith(_WEB)]
        if words.startswith(_WEB) and " " not in words:
            found.append((words, ""))
        for one in found:
            if not left:
                return
            left -= 1
            yield one
