"""What the crawl hands to a parse worker, and what it gets back.

A page and its answer are named tuples: they travel as they are, and are made in a third of the time that
frozen dataclasses take.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from scraper.selection.wanted import Wanted, wanted_from
from scraper.selection.wanted import order_of as wish_order
from storage.address import DEFAULT_RULES, KeyRules
from storage.words import Selected, SelectedRecord, Undecided


class Raw(NamedTuple):
    """One body as it came over the wire, decoded from its content codings."""

    url: str
    body: bytes
    content_type: str  # the header's value
    media_type: str  # what the bytes look like
    host: str
    robots_headers: tuple[str, ...] = ()  # the values of X-Robots-Tag
    reads_content: bool = True  # where the settings say so; its links alone cost a tenth
    picked: bytes = b""  # what the fast tier chose on this page; `selection.question` packs it
    site: bytes = b""  # what the worker has yet to be told of the host; `scraper.sites` packs it


class PageFacts(NamedTuple):
    """What is known of a page beside its tree when records are selected in it."""

    url: str
    host: str
    digest: bytes = b""
    page_type: str = ""
    known: bytes = b""  # of its host, as `selection.knowledge` packs it
    picked: bytes = b""  # by the fast tier, as `selection.question` packs it


class SelectedFields(NamedTuple):
    """What was selected in one page, as it travels: see `storage.words.Selected`."""

    rows: tuple[tuple[str, int, str, str], ...] = ()
    nothing: tuple[str, ...] = ()
    template: str = ""  # of the templates that were known; empty: of none
    reason: str = ""  # why the page waits; empty when it does not
    version: int = 0  # of what was known of the host
    question: bytes = b""  # what the fast tier is asked
    observed: bytes = b""  # what the main process may learn of it


NOT_SELECTED = SelectedFields()


def stored(selected: tuple[Any, ...]) -> Selected | None:
    """What was selected, as it goes into the ledger."""
    rows, nothing, template, reason, version, question, observed = selected
    if not (rows or nothing or observed):
        return None
    waits = Undecided(template, reason, version, question) if reason else None
    return Selected(tuple(SelectedRecord(*row) for row in rows), tuple(nothing), waits, observed)


class Parsed(NamedTuple):
    """What was read in one body at once; `follow` is what the page allows to be followed."""

    body: bytes = b""  # one zstd frame
    digest: bytes = b""  # sha-256 of the body before compression
    charset: str = ""
    title: str = ""
    language: str = ""
    canonical: str = ""
    noindex: bool = False
    nofollow: bool = False
    follow: tuple[tuple[bytes, str], ...] = ()  # (key digest, URL), each key once, in order of appearance
    links: bytes = b""  # one zstd frame over the msgpack list of [url, text, rel]
    refresh: str = ""  # where a quick meta refresh leads
    reason: str = "ok"
    # What `storage.words.ReadContent` holds, which the crawl passes on without looking into the text.
    engine: int = 0  # 0: content was not read
    page_type: str = ""
    fingerprint: bytes = b""
    content: bytes = b""
    selected: tuple[Any, ...] = NOT_SELECTED
    sight: tuple[Any, ...] = ()  # a `scraper.relevance.sight.Sight` where the job has a topic
    blocks: bytes = b""  # of the page's content, as `scraper.repeats` packs them
    doubt: tuple[Any, ...] = ()  # a `storage.words.TypeDoubt` where there is one
    evidence: tuple[Any, ...] = ()  # a `scraper.render.evidence.Evidence` where pages may be rendered


class ContentFields(NamedTuple):
    """What the content engine read in one page, before its texts are compressed."""

    engine: int = 0
    page_type: str = ""
    fingerprint: bytes = b""
    texts: bytes = b""
    blocks: bytes = b""  # by which they are known on other pages of the host
    doubt: tuple[Any, ...] = ()  # a `storage.words.TypeDoubt` where the type is not sure


NOT_READ = ContentFields()


@dataclass(frozen=True, slots=True)
class ParseSettings:
    """How pages are read, and what one page may cost."""

    agent: str
    page_seconds: float = 2.0  # of processor time
    memory_bytes: int = 512 << 20  # above what an idle worker maps
    max_links: int = 3_000  # kept per page; the longest lists that people wrote have fewer
    heeds_nofollow: bool = True
    rules: KeyRules = DEFAULT_RULES
    reads_content: bool = False
    topic: str = ""
    wanted: tuple[Wanted, ...] = ()  # the records to select
    asks: bool = False  # there is a fast tier that may be asked
    elements: tuple[str, ...] = ()  # that name files beside the links: img, audio, video, source, embed
    weighs: bool = False  # whether pages may be rendered, and are looked at for whether they should be

    @property
    def reads_more(self) -> bool:
        """Whether more is read than links: what may be left out where a page proves too much."""
        return self.reads_content or bool(self.wanted)


def order_of(settings: ParseSettings) -> tuple[Any, ...]:
    """The settings as they travel: the first message to a worker."""
    limits = settings.page_seconds, settings.memory_bytes, settings.max_links, settings.heeds_nofollow
    wanted = tuple(wish_order(wish) for wish in settings.wanted)
    reads = settings.reads_content, settings.topic, wanted, settings.asks, settings.weighs, settings.elements
    return (settings.agent, *limits, settings.rules.as_json(), *reads)


def settings_from(order: tuple[Any, ...]) -> ParseSettings:
    agent, seconds, memory, links, heeds_nofollow, rules, *reads = order
    reads_content, topic, wanted, asks, weighs, elements = reads
    return ParseSettings(
        agent=agent,
        page_seconds=seconds,
        memory_bytes=memory,
        max_links=links,
        heeds_nofollow=heeds_nofollow,
        rules=KeyRules.from_json(rules),
        reads_content=reads_content,
        topic=topic,
        wanted=tuple(wanted_from(wish) for wish in wanted),
        asks=asks,
        weighs=weighs,
        elements=tuple(elements),
    )
