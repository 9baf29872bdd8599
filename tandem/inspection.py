"""One page as Tandem sees it: what was read, its lists and fields, and what was decided about its blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scraper.charset import decode
from scraper.content.content import ENGINE_VERSION, Content, PageType
from scraper.content.decision import Decision
from scraper.content.picture import picture
from scraper.content.read import LONGEST_HTML, examine, refusal
from scraper.document import Document, Unreadable
from scraper.documents.read import is_document, read_document
from scraper.documents.reading import Room
from scraper.selection.groups import Group, record_groups
from scraper.selection.outline import Outline
from scraper.selection.wanted import Wanted
from scraper.sniff import media_type_of
from tandem.query_cells import as_cell

if TYPE_CHECKING:
    from scraper.selection.explain import Explained

# What reads fields is loaded where fields are asked for: it takes as long as all the rest of a call.

READING_SECONDS = 60.0  # for a document: somebody waits for it
HEAD = 300  # characters of the text that a terminal shows
HEAD_LISTS = 8  # of the lists, the records of each


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was read in one page, and why."""

    url: str
    content: Content
    decisions: tuple[Decision, ...] = ()
    groups: tuple[Group, ...] = ()
    fields: "tuple[Explained, ...] | None" = None  # none were asked for

    @property
    def picture(self) -> str:
        """A self-contained HTML file."""
        from scraper.selection.picture import fields_and_lists  # noqa: PLC0415

        marked = fields_and_lists(self.fields or (), self.groups)
        return picture(self.url, self.content, self.decisions, marked)


def inspected(
    url: str, body: bytes, content_type: str = "", wanted: Sequence[Wanted] | None = None
) -> Inspected:
    """Reads a body, and the wanted fields in it; a document is shown as the page that it makes."""
    media_type = media_type_of(body, content_type)
    if is_document(media_type):
        return _document(url, body, (media_type, content_type), wanted)
    html = decode(body, content_type)[1] if body else ""
    if reason := refusal(html):
        return Inspected(url, Content(reason))
    try:
        page = Document(html[:LONGEST_HTML])
    except Unreadable:
        return Inspected(url, Content("unreadable"))
    content, decisions = examine(page, url or next(iter(page.canonicals), ""))
    outline = Outline(page.tree)
    groups = record_groups(outline)
    fields = None if wanted is None else _fields(page, outline, url, wanted, groups)
    return Inspected(url, content, tuple(decisions), groups, fields)


def _document(url: str, body: bytes, types: tuple[str, str], wanted: Sequence[Wanted] | None) -> Inspected:
    reading = read_document(url, body, types, Room(READING_SECONDS))
    page = Document(reading.html)
    content = Content(
        reading.reason,
        page_type=PageType(reading.page_type) if reading.page_type else None,
        title=reading.title,
        author=reading.author,
        published=reading.published,
        modified=reading.modified,
        language=reading.language,
        description=reading.description,
        text=reading.text,
        markdown=reading.markdown,
    )
    outline = Outline(page.tree)
    groups = record_groups(outline) if reading.has_things else ()
    fields = None if wanted is None else _fields(page, outline, url, wanted, groups)
    return Inspected(url, content, (), groups, fields)


def _fields(
    page: Document, outline: Outline, url: str, wanted: Sequence[Wanted], groups: Sequence[Group]
) -> "tuple[Explained, ...]":
    from scraper.selection.explain import explain  # noqa: PLC0415
    from scraper.selection.page_view import PageView  # noqa: PLC0415

    view = PageView(page, outline, url or next(iter(page.canonicals), ""))
    return tuple(explain(view, one, groups) for one in wanted)


def as_json(found: Inspected) -> dict[str, Any]:
    """Everything, for programs."""
    facts = asdict(found.content)
    del facts["hashes"]  # of use inside one crawl only
    return {
        "url": found.url,
        "engine": ENGINE_VERSION,
        **facts,
        "blocks": [asdict(one) for one in found.decisions],
        "groups": [
            [[element.path for element in record] for record in group.records] for group in found.groups
        ],
        **_fields_as_json(found),
    }


def _fields_as_json(found: Inspected) -> dict[str, Any]:
    if found.fields is None:
        return {}
    from tandem.inspected_fields import fields_as_json  # noqa: PLC0415

    return fields_as_json(found.fields)


def lines(found: Inspected) -> Iterator[str]:
    """What a person wants to know at first sight."""
    content = found.content
    kept = sum(one.is_kept for one in found.decisions)
    sure = f" ({content.type_chance:.0%} sure)" if content.type_chance else ""
    facts = {
        "url": found.url,
        "read": content.reason,
        "type": f"{content.page_type}{sure}" if content.page_type else "",
        "title": content.title,
        "author": content.author,
        "published": content.published,
        "modified": content.modified,
        "language": content.language,
        "canonical": content.canonical,
        "expected": f"{content.confidence:.2f} of 1 that the text is the right one"
        if found.decisions
        else "",
        "blocks": f"{kept} kept, {len(found.decisions) - kept} dropped" if found.decisions else "",
        "lists": ", ".join(str(len(one.records)) for one in found.groups[:HEAD_LISTS]),
        "text": _beginning(content.text),
    }
    yield from (f"{name:<11} {as_cell(value)}" for name, value in facts.items() if value)
    for one in content.removed:
        yield f"{'dropped':<11} {one.kind}: {one.blocks} blocks, {one.words} words"
    if found.fields is not None:
        from tandem.inspected_fields import field_lines  # noqa: PLC0415

        yield from field_lines(found.fields, found.url or content.canonical)


def _beginning(text: str) -> str:
    words = " ".join(text[: 2 * HEAD].split())
    return words if len(words) <= HEAD else words[:HEAD] + " …"
