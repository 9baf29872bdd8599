"""One page as Tandem sees it: what was read, and what was decided about each of its blocks."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scraper.charset import decode
from scraper.content.content import ENGINE_VERSION, Content
from scraper.content.decision import Decision
from scraper.content.picture import picture
from scraper.content.read import LONGEST_HTML, examine, refusal
from scraper.document import Document, Unreadable
from scraper.selection.groups import Group, record_groups
from scraper.selection.outline import Outline
from tandem.query_cells import as_cell

HEAD = 300  # characters of the text that a terminal shows


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was read in one page, and why."""

    url: str
    content: Content
    decisions: tuple[Decision, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def picture(self) -> str:
        """A self-contained HTML file."""
        return picture(self.url, self.content, self.decisions)


def inspected(url: str, body: bytes, content_type: str = "") -> Inspected:
    """Reads a body."""
    html = decode(body, content_type)[1] if body else ""
    if reason := refusal(html):
        return Inspected(url, Content(reason))
    try:
        page = Document(html[:LONGEST_HTML])
    except Unreadable:
        return Inspected(url, Content("unreadable"))
    content, decisions = examine(page, url or next(iter(page.canonicals), ""))
    groups = record_groups(Outline(page.tree))
    return Inspected(url, content, tuple(decisions), groups)


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
    }


def lines(found: Inspected) -> Iterator[str]:
    """What a person wants to know at first sight."""
    content = found.content
    kept = sum(one.is_kept for one in found.decisions)
    facts = {
        "url": found.url,
        "read": content.reason,
        "type": f"{content.page_type} ({content.type_chance:.0%} sure)" if content.page_type else "",
        "title": content.title,
        "author": content.author,
        "published": content.published,
        "modified": content.modified,
        "language": content.language,
        "canonical": content.canonical,
        "expected": f"{content.confidence:.2f} of 1 that the text is the right one" if content.text else "",
        "blocks": f"{kept} kept, {len(found.decisions) - kept} dropped",
        "text": _beginning(content.text),
    }
    yield from (f"{name:<11} {as_cell(value)}" for name, value in facts.items() if value)
    for one in content.removed:
        yield f"{'dropped':<11} {one.kind}: {one.blocks} blocks, {one.words} words"


def _beginning(text: str) -> str:
    words = " ".join(text[: 2 * HEAD].split())
    return words if len(words) <= HEAD else words[:HEAD] + " …"
