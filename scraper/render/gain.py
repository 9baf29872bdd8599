"""What a browser showed of a page that plain HTTP did not bring."""

import json
import re
from collections import Counter
from typing import Any, NamedTuple

import zstandard

from scraper.pages import Parsed
from scraper.render.evidence import Evidence, Mark
from storage.content_pack import Texts, unpacked

FEWEST_CHARACTERS = 40  # of new words, below which it is a clock, a greeting, a count of readers
LEAST_SHARE = 0.05  # of new words in what plain HTTP brought already
_WORD = re.compile(r"\w+")

Place = tuple[str, int, str]  # of a value: record, ordinal, field


class Gain(NamedTuple):
    """What there is more."""

    text: int = 0  # characters of words
    links: int = 0  # that the crawl would follow, and knew of no other way
    values: int = 0  # of wanted records
    is_worth: bool = False


def gain(plain: Parsed, shown: Parsed, links: int) -> Gain:
    """Compares what was read in both; `links` are those that the crawl heard of in the browser alone."""
    before, after = Evidence._make(plain.evidence), Evidence._make(shown.evidence)
    values = _new_values(plain, shown)
    old, new = _words(plain), _words(shown)
    if plain.engine or shown.engine:
        text, had = _length(new - old), _length(old)
    else:
        text, had = max(after.seen - before.seen, 0), before.seen
    # Where the records that the job wants are whole, texts beside them are not worth a browser.
    is_whole = bool(before.marks & Mark.FIELDS) and not before.marks & Mark.LACKS
    says_more = text >= max(FEWEST_CHARACTERS, LEAST_SHARE * had) and not is_whole
    return Gain(text, links, values, bool(values or links or says_more))


def _new_values(plain: Parsed, shown: Parsed) -> int:
    """Values that were not there, or that were in doubt and are others now."""
    known, doubted = _values(plain)
    now, _ = _values(shown)
    return sum(place not in known or (place in doubted and known[place] != one) for place, one in now.items())


def _values(parsed: Parsed) -> tuple[dict[Place, Any], frozenset[Place]]:
    values: dict[Place, Any] = {}
    doubted: set[Place] = set()
    for record, ordinal, data, sources in parsed.selected[0]:
        values |= {(record, ordinal, name): value for name, value in json.loads(data).items()}
        if '"decided":false' in sources:
            told = json.loads(sources)
            doubted |= {(record, ordinal, name) for name, one in told.items() if _is_doubted(one)}
    return values, frozenset(doubted)


def _is_doubted(source: Any) -> bool:
    several = source if isinstance(source, list) else [source]
    return any(one.get("decided") is False for one in several)


def _words(parsed: Parsed) -> Counter[str]:
    if not parsed.content:
        return Counter()
    texts: Texts = unpacked(parsed.content, zstandard.ZstdDecompressor())
    return Counter(_WORD.findall(f"{texts.title} {texts.text}"))


def _length(words: Counter[str]) -> int:
    return sum(len(word) * count for word, count in words.items())
