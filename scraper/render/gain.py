"""What a browser showed of a page that plain HTTP did not bring."""

import re
from collections import Counter
from typing import NamedTuple

import zstandard

from scraper.pages import Parsed
from scraper.render.evidence import Evidence, Mark
from storage.content_pack import Texts, unpacked

FEWEST_CHARACTERS = 40  # of new words, below which it is a clock, a greeting, a count of readers
LEAST_SHARE = 0.05  # of new words in what plain HTTP brought already
_WORD = re.compile(r"\w+")


class Gain(NamedTuple):
    """What there is more."""

    text: int = 0  # characters of words
    links: int = 0  # that the crawl would follow, and knew of no other way
    values: int = 0  # of wanted records
    is_worth: bool = False


def gain(plain: Parsed, shown: Parsed, links: int) -> Gain:
    """Compares what was read in both; `links` are those that the crawl heard of in the browser alone."""
    before, after = Evidence._make(plain.evidence), Evidence._make(shown.evidence)
    values = after.values - before.values
    resolves = bool(before.marks & Mark.LACKS) and not after.marks & Mark.LACKS
    old, new = _words(plain), _words(shown)
    if plain.engine or shown.engine:
        text, had = _length(new - old), _length(old)
    else:
        text, had = max(after.seen - before.seen, 0), before.seen
    has_records = bool(before.marks & Mark.FIELDS) and not before.marks & Mark.LACKS
    says_more = text >= max(FEWEST_CHARACTERS, LEAST_SHARE * had) and not has_records
    return Gain(text, links, values, values > 0 or resolves or links > 0 or says_more)


def _words(parsed: Parsed) -> Counter[str]:
    if not parsed.content:
        return Counter()
    texts: Texts = unpacked(parsed.content, zstandard.ZstdDecompressor())
    return Counter(_WORD.findall(f"{texts.title} {texts.text}"))


def _length(words: Counter[str]) -> int:
    return sum(len(word) * count for word, count in words.items())
