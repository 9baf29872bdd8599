"""Makes words comparable: small letters, no stop words, plurals and tenses cut off."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")  # Japanese and Chinese write no spaces
# Of English, German, French and Spanish; words that mean something in another of them are not in the list.
STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())


def terms(text: str) -> list[str]:
    """The comparable terms of a text, in order, repeats included."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [term for word in _WORD.findall(plain) for term in _terms_of(word)]


@lru_cache(maxsize=1 << 16)  # words repeat: most of the work of a report is done once
def _terms_of(word: str) -> tuple[str, ...]:
    if _UNSPACED.match(word):
        return tuple(word[place : place + 2] for place in range(max(1, len(word) - 1)))
    return () if word in STOP_WORDS else (_stem(word),)


def _stem(word: str) -> str:
    """A cautious English stem; words of other languages lose at most a plural s."""
    if len(word) < 4 or not word.isascii() or word[-1].isdigit():
        return word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and _has_vowel(word[: -len(ending)]):
            return _undoubled(word[: -len(ending)])
    return word


def _undoubled(stem: str) -> str:
    """plann(ed) is plan, fill(ed) stays fill."""
    return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem


def _has_vowel(stem: str) -> bool:
    return any(letter in "aeiouy" for letter in stem)
