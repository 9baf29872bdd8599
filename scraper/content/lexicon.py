"""Learned weights of words: in class names, in short texts, in addresses."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from scraper.content.looks import Look

WORD = re.compile(r"\w+")
LOOKED_AT = 100  # characters of a block whose words are looked at
STARTING, PAIRED = 10, 8  # how many words at the beginning, how many of them in pairs
WHOLE = 4  # words of a text that is looked up as one
MOST_SEEN = 20_000  # bounds what a crawl over many sites remembers
_SHORT = 40  # characters of texts that come back on many pages

_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])")


@lru_cache(maxsize=20_000)
def name_words(names: str) -> tuple[str, ...]:
    """The distinct words of a class attribute: camelCase, hyphens and digits divide."""
    words: dict[str, None] = {}
    for name in names[:300].split():
        words.update(_words_of(name))
    return tuple(words)


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> dict[str, None]:
    """The same of one name: names come back on more elements and pages than whole attributes do."""
    return dict.fromkeys([word.lower() for word in _NAME.findall(name) if len(word) <= 20])


def first_words(text: str) -> list[str]:
    """The lower-case words that are looked at."""
    return WORD.findall(text[:LOOKED_AT].lower())


def text_words(words: list[str]) -> list[str]:
    """What is learned of a block's lower-case words: its beginning, pairs, itself when short."""
    start = words[:STARTING]
    found = list(dict.fromkeys(start))
    found += [one + " " + two for one, two in zip(start, words[1:PAIRED], strict=False)]
    if len(words) <= WHOLE:
        found.append("=" + " ".join(words))
    return found


Weights = tuple[float, float, float]


@dataclass(slots=True)
class Lexicon:
    """Words with weights: positive where main content is more likely.

    A word in a name has three: in a block's own element, in the two around it, in any further up.
    """

    names: dict[str, Weights] = field(default_factory=dict)
    text: dict[str, float] = field(default_factory=dict)
    _seen: dict[Look, Weights] = field(default_factory=dict)
    _named: dict[str, Weights] = field(default_factory=dict)
    _read: dict[str, float] = field(default_factory=dict)
    _pairs: dict[str, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for words, weight in self.text.items():
            one, gap, two = words.partition(" ")
            if gap and one[0] != "=":
                self._pairs.setdefault(one, {})[two] = weight

    def weigh(self, look: Look) -> Weights:
        """The weights of one element in the three places it can have."""
        known = self._seen.get(look)
        if known is None:
            if len(self._seen) > MOST_SEEN:
                self._seen.clear()
            known = self._seen[look] = self._sum(look.tag, look.names)
        return known

    def weigh_inline(self, names: str) -> float:
        """The weight of the classes of an inline element."""
        known = self._named.get(names)
        if known is None:
            if len(self._named) > MOST_SEEN:
                self._named.clear()
            known = self._named[names] = self._sum("", names)
        return known[0]

    def read(self, text: str) -> float:
        """The weight of a block's text: the sum over its `text_words`."""
        if len(text) > _SHORT:
            return self._read_words(text)
        known = self._read.get(text)
        if known is None:
            if len(self._read) > MOST_SEEN:
                self._read.clear()
            known = self._read[text] = self._read_words(text)
        return known

    def _read_words(self, text: str) -> float:
        words = first_words(text)
        start = words[:STARTING]
        known, pairs = self.text, self._pairs
        weight = sum([known[word] for word in dict.fromkeys(start) if word in known])
        for one, two in zip(start, words[1:PAIRED], strict=False):
            if one in pairs:
                weight += pairs[one].get(two, 0.0)
        if len(words) <= WHOLE:
            weight += known.get("=" + " ".join(words), 0.0)
        return weight

    def _sum(self, tag: str, names: str) -> Weights:
        get = self.names.get
        near, beside, far = get("<" + tag, (0.0, 0.0, 0.0))
        for word in name_words(names):
            weights = get(word)
            if weights is not None:
                near += weights[0]
                beside += weights[1]
                far += weights[2]
        return near, beside, far
