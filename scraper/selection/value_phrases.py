"""Phrases of many languages that say one state of a thing, such as that it can be bought."""

import re
from functools import lru_cache

from scraper.selection.word_lists import word_lists

_LISTS = {name: phrases for name, phrases, _ in word_lists("phrases.txt")}
BUYING = _LISTS.pop("buying")  # what a buyer presses: it says that the thing can be had
STATES = _LISTS

_ASIAN = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
_MARKS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Words only, lower case, one blank between; InStock is two words."""
    divided = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return _MARKS.sub(" ", divided.lower()).strip()


@lru_cache(maxsize=512)
def phrases_of(value: str) -> tuple[str, ...]:
    """How texts may say a value: its own words, and all phrases of the state that they name."""
    own = {plain(value), value.strip().lower()} - {""}
    for phrases in STATES.values():
        known = set(phrases)
        if own & (known | {plain(one) for one in phrases}):
            own |= known
    return tuple(sorted(own, key=len, reverse=True))


@lru_cache(maxsize=512)
def finder(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the phrases as whole words; in scripts without blanks, anywhere."""
    written = []
    for phrase in phrases:
        body = re.escape(phrase).replace(r"\ ", r"[\s_-]+")
        written.append(body if _ASIAN.search(phrase) or not phrase[:1].isalnum() else rf"(?<!\w){body}(?!\w)")
    return re.compile("|".join(written) or r"(?!)", re.IGNORECASE)
