"""Finds what a page is about in the data that its scripts start from: JSON in scripts and attributes."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scraper.selection.found import How
from scraper.selection.outline import Element
from scraper.selection.structured.json_text import loads
from scraper.selection.structured.json_things import flat
from scraper.selection.structured.thing import FOREIGN, Thing

MOST_CHARACTERS = 2_000_000  # of one page that are read
_MOST_NODES = 60_000
_MOST_BEGINNINGS = 12  # of values in one script
_FEWEST_KEYS = 3
_BEGINNING = re.compile(
    r"(?:^|[;{}\s(,])(?:window\.|self\.|var\s+|let\s+|const\s+)?[\w.$\[\]\"']+\s*=\s*(?=[{\[])|push\(\s*(?=\{)"
)
_QUOTED = re.compile(r"JSON\.parse\(\s*(\"(?:[^\"\\]|\\.)*\")")
_NAMES = ("name", "title", "productname", "headline", "displayname", "producttitle")
_WORD = re.compile(r"\w+")
_TELLING = re.compile(r"[A-Za-z0-9]{4,}")


def page_state(scripts: list[Element], elements: list[Element], heading: str) -> Thing | None:
    """The object whose name is the page's heading, with the most to say."""
    words = _TELLING.findall(heading)
    if not words:
        return None
    longest = max(words, key=len)
    best: tuple[float, Thing] | None = None
    for element, attribute, loaded in _loaded(scripts, elements, longest):
        for value, pointer in _named(loaded, heading):
            thing = flat(value, pointer, element, How.EMBEDDED)
            thing.facts = (
                [one._replace(attribute=attribute) for one in thing.facts] if attribute else thing.facts
            )
            weight = min(len({fact.key for fact in thing.facts}), 60) + 10 * _is_told_more(thing)
            if best is None or weight > best[0]:
                best = (weight, thing)
    return best[1] if best else None


def _is_told_more(thing: Thing) -> bool:
    return any("price" in fact.key or "date" in fact.key or "sku" in fact.key for fact in thing.facts)


def _loaded(scripts: list[Element], elements: list[Element], word: str) -> Iterator[tuple[Element, str, Any]]:
    left = MOST_CHARACTERS
    for element in scripts:
        text = "".join(one for one in element.content if isinstance(one, str))
        if word not in text or len(text) > left:
            continue
        left -= len(text)
        kind = (element.attributes.get("type") or "").lower()
        found = [loads(text)] if "json" in kind else _assigned(text, word)
        yield from ((element, "", one) for one in found if one is not None)
    for element in elements:
        for attribute, value in element.attributes.items():
            if (
                value
                and len(value) > 40
                and value[:1] in "{["
                and attribute.startswith("data-")
                and word in value
                and len(value) <= left
            ):
                left -= len(value)
                if (loaded := loads(value)) is not None:
                    yield element, attribute, loaded


def _assigned(text: str, word: str) -> Iterator[Any]:
    """The JSON values that statements of a script assign, as far as they are JSON."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, strict=False)
    end = tried = 0
    for match in _BEGINNING.finditer(text):
        if match.end() < end or tried >= _MOST_BEGINNINGS:
            continue
        tried += 1
        try:
            value, end = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        yield value
    for match in list(_QUOTED.finditer(text))[:_MOST_BEGINNINGS]:
        if word in match[1]:
            inner = loads(match[1])
            yield loads(inner) if isinstance(inner, str) else None


def _named(loaded: Any, heading: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Objects that are named as the page is, those under related things left out."""
    wanted = set(_WORD.findall(heading.lower()))
    waiting = [(loaded, "")]
    seen = 0
    while waiting and seen < _MOST_NODES:
        value, pointer = waiting.pop()
        seen += 1
        if isinstance(value, dict):
            if len(value) >= _FEWEST_KEYS and _fits(value, wanted):
                yield value, pointer
            waiting += [
                (inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
                for name, inner in value.items()
                if isinstance(inner, dict | list) and name.lower() not in FOREIGN
            ]
        elif isinstance(value, list):
            waiting += [
                (inner, f"{pointer}/{place}")
                for place, inner in enumerate(value[:500])
                if isinstance(inner, dict | list)
            ]


def _fits(value: dict[str, Any], wanted: set[str]) -> bool:
    for name, said in value.items():
        if isinstance(said, str) and len(said) < 300 and name.lower().replace("_", "") in _NAMES:
            words = set(_WORD.findall(said.lower()))
            if words and len(words & wanted) >= 0.8 * max(len(words), min(len(wanted), len(words) + 2)):
                return True
    return False
