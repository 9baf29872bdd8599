"""Phrases of many languages that say one state of a thing, such as that it can be bought."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from scraper.selection.word_lists import word_lists

_LISTS = {name: phrases for name, phrases, _ in word_lists("phrases.txt")}
BUYING = _LISTS.pop("buying")  # what a buyer presses: it says that the thing can be had
STATES = _LISTS

_ASIAN = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]")
_MARKS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = frozenset(("", " ", "-", "_", "'", "’", "/", ". ", " - "))  # words of one phrase


def plain(text: str) -> str:
    """Words only, lower case, one blank between; InStock is two words."""
    divided = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return _MARKS.sub(" ", divided.lower()).strip()


class Said(NamedTuple):
    """A phrase in a text, with what it means."""

    start: int
    end: int
    meaning: str


@lru_cache(maxsize=512)
def phrases_of(value: str) -> tuple[str, ...]:
    """How texts may say a value: its own words, and all phrases of the state that they name."""
    own = {plain(value), value.strip().lower()} - {""}
    for phrases in STATES.values():
        known = set(phrases)
        if own & (known | {plain(one) for one in phrases}):
            own |= known
    return tuple(sorted(own, key=len, reverse=True))


class Finder:
    """Finds phrases as whole words, each with what it means; in scripts without blanks, anywhere."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._asian = [(one, said) for one, said in meanings.items() if _ASIAN.search(one)]
        self._signs = [(one, said) for one, said in meanings.items() if not _WORD.search(one)]
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase in sorted(meanings, key=len, reverse=True):
            words = tuple(_WORD.findall(phrase.lower()))
            if words and not _ASIAN.search(phrase):
                self._by_first.setdefault(words[0], []).append((words, meanings[phrase]))

    def find(self, text: str) -> list[Said]:
        """What is said where; of phrases that overlap only the longest."""
        words = words_in(text)
        found: list[Said] = []
        if not self._by_first.keys().isdisjoint(words):
            found = list(self._in_words(text, words))
        if self._asian and _ASIAN.search(text):
            found += _substrings(text, self._asian)
        if self._signs:
            found += _substrings(text, self._signs)
        return _longest(found) if len(found) > 1 else found

    def _in_words(self, text: str, words: tuple[str, ...]) -> Iterator[Said]:
        spans: list[tuple[int, int]] = []
        for place, word in enumerate(words):
            for phrase, said in self._by_first.get(word, ()):
                last = place + len(phrase)
                if words[place:last] == phrase:
                    spans = spans or [one.span() for one in _WORD.finditer(text)]
                    if _is_joined(text, spans[place:last]):
                        yield Said(spans[place][0], spans[last - 1][1], said)
                        break


@lru_cache(maxsize=8192)
def words_in(text: str) -> tuple[str, ...]:
    """The words of a text in order, lower case."""
    return tuple(_WORD.findall(text.lower()))


def _is_joined(text: str, spans: list[tuple[int, int]]) -> bool:
    return all(text[one[1] : other[0]] in _BETWEEN for one, other in pairwise(spans))


def _substrings(text: str, phrases: list[tuple[str, str]]) -> list[Said]:
    return [Said(start, start + len(one), said) for one, said in phrases if (start := text.find(one)) >= 0]


def _longest(found: list[Said]) -> list[Said]:
    kept: list[Said] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept)
