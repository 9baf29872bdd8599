"""What a parse worker sees of a topic in one page: counts for the page, marks for its links."""

from functools import lru_cache
from typing import NamedTuple

import msgpack

from scraper.document import Document
from scraper.links import Links, Place
from scraper.pages import ContentFields
from scraper.relevance.stand import stands
from scraper.relevance.topic import Topic, length_in_words
from storage.content_pack import Texts

# How often a term counts where it stands; one in the address counts once.
TITLE, HEADING = 3, 2
_MOST_TEXT = 400_000  # characters that are looked at: a page this long has said what it is about
_MEMO = 5_000  # texts and addresses, some 2 MB
OPENING = 200  # characters that a judge is shown

Mark = tuple[int, int]  # the place where the link stands, the terms in its text and address as a mask


class Sight(NamedTuple):
    """One page as a topic sees it; `marks` has one for each link that may be followed."""

    counts: tuple[int, ...]
    words: int
    heading: str
    opening: str
    marks: tuple[Mark, ...]


class TopicReader:
    """Looks at parsed pages with one topic in mind."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        # Menus repeat their texts and addresses on every page.
        self._mask = lru_cache(_MEMO)(topic.mask)
        self._url_mask = lru_cache(_MEMO)(topic.url_mask)

    def see(self, document: Document, url: str, links: Links, place: Place, content: ContentFields) -> Sight:
        """Where no main text was read, all the text of the page counts."""
        read = Texts(*msgpack.unpackb(content.texts)).text if content.texts else ""
        text = (read or document.plain_text())[:_MOST_TEXT]
        heading = document.heading
        counts = self._topic.counts(text)
        for other, weight in ((document.title, TITLE), (heading, HEADING)):
            counts = [
                sum_ + weight * count for sum_, count in zip(counts, self._topic.counts(other), strict=True)
            ]
        in_url = self._topic.url_mask(url)
        counts = [count + (in_url >> term & 1) for term, count in enumerate(counts)]
        opening = " ".join(text[: 4 * OPENING].split())[:OPENING]
        return Sight(
            tuple(counts), length_in_words(text), heading, opening, self._marks(document, links, place)
        )

    def _marks(self, document: Document, links: Links, place: Place) -> tuple[Mark, ...]:
        """A link that stands in several places counts for the first, with the words of all."""
        said: dict[str, int] = {}
        for url, text, _ in links.kept:
            said[url] = said.get(url, 0) | (self._mask(text) if text else 0)
        where: dict[str, int] = {}
        for href, at in stands(document):
            target = place[href]
            if target is not None:
                where.setdefault(target[1], at)
        return tuple((where.get(url, 0), said.get(url, 0) | self._url_mask(url)) for _, url in links.follow)
