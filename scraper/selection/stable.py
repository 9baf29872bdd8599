"""Which names in markup stay the same from page to page: no numbers, no hashes, no passing states."""

import re
from functools import lru_cache

LONGEST = 40

_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_PASSING = frozenset((
    "active", "checked", "clearfix", "closed", "collapsed", "current", "disabled", "enabled", "even",
    "even-row", "expanded", "first", "focus", "hidden", "hide", "hover", "in", "is-active", "is-hidden",
    "is-open", "is-selected", "is-visible", "js", "last", "lazy", "lazyload", "lazyloaded", "loaded",
    "loading", "no-js", "odd", "odd-row", "off", "on", "open", "opened", "selected", "show", "shown",
    "visible",
))  # fmt: skip


@lru_cache(maxsize=50_000)
def is_stable(name: str) -> bool:
    """Says whether a class or id may be part of a selector for other pages."""
    if len(name) > LONGEST or not _NAME.fullmatch(name) or name.lower() in _PASSING:
        return False
    return not any(_is_hash(part) for part in re.split(r"[-_]+", name))


@lru_cache(maxsize=50_000)
def first_stable(classes: str | None) -> str:
    """The first class of an attribute that is stable; empty where none is."""
    return next((name for name in (classes or "").split() if is_stable(name)), "")


def _is_hash(part: str) -> bool:
    """bdVaJa and xkqzt are no words: capitals stand at random, or there is nothing to sound."""
    words = _WORDS.findall(part)
    if len(words) >= 3 and len(part) < 3 * len(words):
        return True
    return len(part) >= 5 and not _VOWEL.search(part)
