"""One page as a crawl with a topic sees it: how relevant it is, and which of its links would go first."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgpack
import zstandard

from scraper.page_content import PageContent
from scraper.pages import ParseSettings, Raw
from scraper.parse import PageParser
from scraper.relevance.best_first import own_score
from scraper.relevance.score import Rarity, coverage, page_score
from scraper.relevance.sight import Sight, TopicReader
from scraper.relevance.topic import Topic
from storage.address import NotAnAddress, parse
from tandem.problem import UsageError

_NOWHERE = "http://localhost/"  # what links of a file without a URL are relative to
BEST_LINKS = 10  # that a terminal shows


@dataclass(frozen=True, slots=True)
class RankedLink:
    """One link, by what it says itself: in a crawl its slot counts too."""

    score: float
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class TopicView:
    """What a page has to do with a topic, before a crawl has learned which words are common there."""

    relevance: float
    terms: dict[str, int]  # weighted: one in the title counts three, in the heading two
    links: tuple[RankedLink, ...]  # the best first


def topic_view(text: str, url: str, body: bytes, content_type: str = "") -> TopicView:
    """Looks at a page with a topic in mind."""
    topic = Topic.of(text)
    if topic is None:
        raise UsageError(f"--topic holds no word that a page could be about: {text!r}")
    reader = PageParser(ParseSettings("tandem", reads_content=True), PageContent(), TopicReader(topic))
    parsed = reader.parse(Raw(url or _NOWHERE, body, content_type, "text/html", _host(url)))
    if not parsed.sight:
        return TopicView(0.0, dict.fromkeys(topic.terms, 0), ())
    sight = Sight._make(parsed.sight)
    weights = Rarity(len(topic.terms)).weights
    relevance = round(page_score(sight.counts, sight.words, weights), 3)
    texts = _texts(parsed.links)
    links = (
        RankedLink(round(own_score(coverage(mask, weights), relevance), 3), link, texts.get(link, ""))
        for (_, link), (_, mask) in zip(parsed.follow, sight.marks, strict=False)
    )
    best = sorted(links, key=lambda link: -link.score)
    return TopicView(relevance, dict(zip(topic.terms, sight.counts, strict=True)), tuple(best))


def view_lines(view: TopicView) -> Iterator[str]:
    """For a person."""
    yield f"relevance   {view.relevance:.2f} of 1 to the topic"
    yield "terms       " + ", ".join(f"{term} {count}" for term, count in view.terms.items())
    for link in view.links[:BEST_LINKS]:
        yield f"link        {link.score:.2f} {link.url} {link.text}".rstrip()


def _host(url: str) -> str:
    try:
        return parse(url).host
    except NotAnAddress:
        return ""


def _texts(packed: bytes) -> dict[str, str]:
    rows = msgpack.unpackb(zstandard.ZstdDecompressor().decompress(packed)) if packed else []
    texts: dict[str, str] = {}
    for url, text, _ in rows:
        texts.setdefault(url, text)
    return texts
