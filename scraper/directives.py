"""Reads page-level robots directives, as they stand in X-Robots-Tag headers and in meta elements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scraper.agent import product_token
from scraper.moments import moment

LONGEST = 4096  # characters of one value that are read
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = frozenset({day[:size] for day in _DAY_NAMES for size in (3, None)})
_EVERYONE = frozenset({"", "*", "robots"})


@dataclass(frozen=True, slots=True)
class Directives:
    noindex: bool = False
    nofollow: bool = False


def directives(values: Iterable[str], agent: str, now: float) -> Directives:
    """What all values together ask of `agent` (a full user agent or its token); the strictest wins.

    One value is one header line or one meta content. A meta element that addresses one crawler by its name
    is passed as `name: content`. In a line, an address holds until the next one.
    """
    token = product_token(agent).lower()
    noindex = nofollow = False
    for value in values:
        for addressee, word, argument in _rules(value[:LONGEST]):
            if addressee not in _EVERYONE and addressee != token:
                continue
            noindex = noindex or word in {"noindex", "none"} or _expired(word, argument, now)
            nofollow = nofollow or word in {"nofollow", "none"}
    return Directives(noindex, nofollow)


def _rules(value: str) -> Iterator[tuple[str, str, str]]:
    """(addressee, directive, argument) in order of appearance, in lower case."""
    addressee = ""
    for part in _parts(value):
        word, colon, rest = part.partition(":")
        word = word.strip()
        if colon and word not in _WITH_VALUE:
            addressee = word
            word, _, rest = rest.partition(":")
        yield addressee, word.strip(), rest.strip()


def _parts(value: str) -> list[str]:
    """Split at the commas, save those inside a date: they follow a weekday."""
    parts: list[str] = []
    for part in value.lower().split(","):
        if parts and parts[-1].rpartition(":")[2].strip() in _WEEKDAYS:
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return parts


def _expired(word: str, argument: str, now: float) -> bool:
    if word != "unavailable_after":
        return False
    until = moment(argument)
    return until is not None and until <= now
