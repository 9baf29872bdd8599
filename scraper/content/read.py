"""Reads the main content of a page: the one entrance to this package."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from urllib.parse import urljoin

from scraper.content.blocks import Block, Blocks, Margin, block_hash
from scraper.content.content import Content
from scraper.content.decide import Verdict, decide
from scraper.content.decision import Decision
from scraper.content.kinds import kind_of, kind_of_bits, summed
from scraper.content.markdown import write
from scraper.content.metadata import read_author, read_dates, read_title
from scraper.content.nesting import is_too_deep
from scraper.content.parts import Page, Parts, read_parts
from scraper.content.weights import weights
from scraper.document import Document, Unreadable

LONGEST_HTML = 32_000_000  # characters; nothing beyond is read
BINARY_SHARE = 0.1  # of control and replacement characters in what is no text
_LOOKED_AT = 4_096
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd]")
_CODE_SIGNS = frozenset("{}();=")

_Judged = tuple[Blocks, Verdict, Sequence[str]]


def read_content(page: Page, url: str, site_knowledge: AbstractSet[int] | None = None) -> Content:
    """What a parsed page says; `site_knowledge` are `hashes` that several other pages of its site share.

    Without it, be it empty, the page has no hashes either.
    """
    return _read(page, url, site_knowledge)[0]


def read_html(html: str, url: str) -> Content:
    """What a page says, from its source."""
    if reason := refusal(html):
        return Content(reason)
    try:
        page = Document(html[:LONGEST_HTML])
    except Unreadable:
        return Content("unreadable")
    return read_content(page, url)


def refusal(html: str) -> str:
    """Why a source is not worth parsing, or nothing."""
    head = html[:_LOOKED_AT]
    if not head.strip("\ufeff\t\n\f\r \0"):
        return "empty"
    if len(_ODD.findall(head)) > BINARY_SHARE * len(head):
        return "not_text"
    return "too_deep" if is_too_deep(html) else ""


def examine(
    page: Page, url: str, site_knowledge: AbstractSet[int] | None = None
) -> tuple[Content, list[Decision]]:
    """What a page says, and what was decided about each of its blocks."""
    content, judged = _read(page, url, site_knowledge)
    return content, _decisions(*judged) if judged else []


def _read(page: Page, url: str, known: AbstractSet[int] | None) -> tuple[Content, _Judged | None]:
    parts = read_parts(page, url)
    blocks = parts.found.blocks
    if not blocks:
        return _without_text(page, parts, "no_text"), None
    if _is_script(parts.found):
        return _without_text(page, parts, "script"), None
    hashes = [] if known is None else [block_hash(block.text) for block in blocks]
    repeated = [digest in known for digest in hashes] if known else [False] * len(blocks)
    verdict = decide(parts, weights(), repeated)
    kept = {block.text for block, keep in zip(blocks, verdict.keep, strict=True) if keep}
    kinds = [
        "" if keep else kind_of(block, is_repeated, block.text in kept)
        for block, keep, is_repeated in zip(blocks, verdict.keep, repeated, strict=True)
    ]
    return _content(page, parts, verdict, kinds, frozenset(hashes)), (parts.found, verdict, kinds)


def _content(page: Page, parts: Parts, verdict: Verdict, kinds: list[str], hashes: frozenset[int]) -> Content:
    found, facts = parts.found, parts.facts
    text = "\n\n".join([block.text for block, keep in zip(found.blocks, verdict.keep, strict=True) if keep])
    published, modified = read_dates(facts, found)
    return Content(
        reason="ok" if text else "no_main_text",
        page_type=verdict.page_type,
        type_chance=verdict.type_chance,
        likely_types=verdict.likely,
        title=read_title(facts, found),
        author=read_author(facts, found),
        published=published,
        modified=modified,
        language=page.language,
        canonical=next(iter(page.canonicals), ""),
        description=_description(parts),
        text=text,
        markdown=_markdown(found, verdict.keep, facts.url),
        removed=summed(
            [
                *zip(kinds, verdict.words, strict=True),
                *((kind_of_bits(margin.bits), margin.words) for margin in found.margins),
            ]
        ),
        confidence=verdict.expected,
        hashes=hashes,
        truncated=found.is_truncated,
    )


def _without_text(page: Page, parts: Parts, reason: str) -> Content:
    """Pages that only scripts fill still say something in their head."""
    description = parts.facts.text_of("articleBody") or _description(parts)
    return Content(
        reason,
        title=read_title(parts.facts, parts.found),
        language=page.language,
        canonical=next(iter(page.canonicals), ""),
        description=description,
    )


def _description(parts: Parts) -> str:
    metas = parts.facts.metas
    declared = metas.get("description") or metas.get("og:description") or ""
    structured = parts.facts.text_of("description")
    return structured if len(structured) > len(declared) else " ".join(declared.split())


def _is_script(found: Blocks) -> bool:
    """A text without any markup that reads like a program."""
    if len(found.elements) > 1 or len(found.blocks) != 1:
        return False
    text = found.blocks[0].text[:_LOOKED_AT]
    return sum(sign in _CODE_SIGNS for sign in text) * 25 > len(text)


def _markdown(found: Blocks, keep: Sequence[bool], url: str) -> str:
    """Kept blocks, with pictures that stand between two of them or just before one in its section."""
    chosen = []
    is_inside = False
    for place, block in enumerate(found.blocks):
        if keep[place]:
            chosen.append((block, found.pictures.get(place, ()) if is_inside else ()))
        is_inside = keep[place]
    return write(chosen, _resolver(url))


def _resolver(url: str) -> Callable[[str], str]:
    def resolve(address: str) -> str:
        address = address.strip()
        if (
            not address
            or address[0] == "#"
            or address[:11].lower() == "javascript:"
            or address[:5].lower() == "data:"
        ):
            return ""
        if address[:8].lower().startswith(("http://", "https://")):
            return address
        try:
            return urljoin(url, address)
        except ValueError:
            return ""

    return resolve


def _decisions(found: Blocks, verdict: Verdict, kinds: Sequence[str]) -> list[Decision]:
    """What was decided, in reading order: margins stand where they stood."""
    decisions = []
    margins = iter([*found.margins, None])
    margin = next(margins)
    for place, block in enumerate(found.blocks):
        while margin is not None and margin.before <= place:
            decisions.append(_set_aside(margin))
            margin = next(margins)
        decided = verdict.chances[place], verdict.keep[place], kinds[place]
        decisions.append(Decision(block.text, _place(block), *decided))
    return decisions + [_set_aside(margin) for margin in (margin, *margins) if margin is not None]


def _set_aside(margin: Margin) -> Decision:
    return Decision(margin.text, margin.tag, 0.0, False, kind_of_bits(margin.bits))


def _place(block: Block) -> str:
    above = block.element.parent
    return f"{above.tag} > {block.element.tag}" if above is not None else block.element.tag
