"""What a crawl has learned of its topic, as bytes that a continuation goes on from."""

from dataclasses import dataclass
from typing import Self

import msgpack

from scraper.relevance.score import Rarity
from scraper.relevance.topic import Topic
from scraper.relevance.yields import Yields

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Learned:
    """How rare the topic's terms are, and what kinds of slots bring."""

    rarity: Rarity
    yields: Yields

    @classmethod
    def nothing(cls, topic: Topic) -> Self:
        """At the beginning."""
        return cls(Rarity(len(topic.terms)), Yields())

    @classmethod
    def of(cls, topic: Topic, kept: bytes) -> Self:
        """What an earlier process kept; nothing where that was of another topic."""
        if not kept:
            return cls.nothing(topic)
        version, terms, pages, holders, kinds = msgpack.unpackb(kept)
        if version != _VERSION or tuple(terms) != topic.terms:
            return cls.nothing(topic)
        rarity = Rarity(len(topic.terms))
        rarity.known(pages, holders)
        return cls(rarity, Yields(kinds))

    def kept(self, topic: Topic) -> bytes:
        """For the next process."""
        facts = (_VERSION, topic.terms, self.rarity.pages, self.rarity.holders, self.yields.kinds)
        packed: bytes = msgpack.packb(facts)
        return packed
