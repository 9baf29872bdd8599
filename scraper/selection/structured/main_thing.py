"""Chooses the thing that a page is about among all that it describes."""

import re
from dataclasses import dataclass

from scraper.selection.structured.thing import Thing
from scraper.selection.word_lists import word_lists

_LISTS = {name: (names, types) for name, names, types in word_lists("structured/types.txt")}
_NEVER = frozenset(_LISTS.pop("never")[1])  # what pages describe beside their matter
TYPES = {name: types for name, (_, types) in _LISTS.items()}
_ALIASES = {other: name for name, (names, _) in _LISTS.items() for other in names}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the page: its address, title and first heading."""

    url: str = ""
    title: str = ""
    heading: str = ""


def types_for(record: str) -> tuple[str, ...]:
    """Types that a record of this name has."""
    words = [one for one in re.split(r"[^a-z]+", record.lower()) if one]
    for word in (*words[::-1], *[one.removesuffix("s") for one in words[::-1]]):
        name = _ALIASES.get(word, word)
        if name in TYPES:
            return TYPES[name]
    return ("".join(words),)


def main_thing(things: list[Thing], record: str, about: About) -> tuple[Thing | None, float]:
    """The thing and how surely it is the page's own; nothing where all are beside the point."""
    wanted = types_for(record)
    rated = sorted(
        ((_rating(one, wanted, about), -one.order, one) for one in things),
        key=lambda pair: pair[:2],
        reverse=True,
    )
    if not rated or rated[0][0] < 0.3:
        return None, 0.0
    return rated[0][2], min(1.0, rated[0][0])


def has_type(thing: Thing, record: str) -> bool:
    """Whether the thing is of a type that such records have."""
    wanted = types_for(record)
    return any(_is_kind(one, wanted) for one in thing.types)


def _rating(thing: Thing, wanted: tuple[str, ...], about: About) -> float:
    if not thing.facts:
        return 0.0
    rating = 0.0
    if any(_is_kind(one, wanted) for one in thing.types):
        rating += 0.6 if not thing.types & {"offer", "aggregateoffer", "webpage"} else 0.2
    elif thing.types and thing.types <= _NEVER:
        return 0.0
    else:
        rating += 0.1
    name = thing.first("name", "headline", "title")
    rating += 0.4 * max(_overlap(name, about.heading), _overlap(name, about.title)) if name else 0.0
    if (address := thing.first("url", "@id", "mainentityofpage.@id", "offers.url")) and _same_place(
        address, about.url
    ):
        rating += 0.2
    rating += min(0.15, 0.01 * len({fact.key for fact in thing.facts}))
    if any(fact.key.startswith("offers") for fact in thing.facts):
        rating += 0.1
    return rating - (0.5 if thing.is_foreign else 0.0)


def _is_kind(name: str, wanted: tuple[str, ...]) -> bool:
    return name in wanted or any(
        name.endswith(one) for one in wanted if one in {"event", "article", "product"}
    )


def _overlap(name: str, other: str) -> float:
    ours, theirs = set(_WORD.findall(name.lower())), set(_WORD.findall(other.lower()))
    return len(ours & theirs) / len(ours) if ours else 0.0


def _same_place(address: str, url: str) -> bool:
    return (
        bool(url)
        and address.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
        == url.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    )
