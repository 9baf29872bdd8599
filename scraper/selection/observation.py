"""What one page says of where fields stand, as it travels from a worker to where all pages come together."""

from enum import StrEnum
from typing import NamedTuple

import msgpack

from scraper.selection.template import Place

SURELY_OF = 0.9  # so like its template: the sketch need not travel


class Trial(StrEnum):
    """What became of one selector on one page."""

    FOUND = "found"
    MISSING = "missing"  # nothing there
    AMBIGUOUS = "ambiguous"  # several values, where there is to be one
    INVALID = "invalid"  # something there, but nothing of the field's type


class FieldSeen(NamedTuple):
    """What a page says of one field."""

    field: str
    schema: bytes
    may_repeat: bool  # its type has so few values that pages may all have the same
    trial: str = ""  # how the known selectors fared; empty: there are none
    used: int = -1  # which of them found it
    value: bytes = b""  # digest of what was found, by whatever; empty: nothing
    made: tuple[str, ...] = ()  # selectors that find it on this page
    agreed: tuple[str, ...] = ()  # selectors on probation that find it, too
    differed: tuple[str, ...] = ()  # … that find something else
    missed: tuple[str, ...] = ()  # … that find nothing


class Observation(NamedTuple):
    """One page, one kind of record."""

    body: bytes  # digest by which the page is known
    place: Place
    record: str
    fields: tuple[FieldSeen, ...]


def is_another_page(missed: int, known: int) -> bool:
    """Where most of several known fields are missing, it is another kind of page, or the site has changed."""
    return known > 1 and 2 * missed > known


def packed_observation(observation: Observation) -> bytes:
    """As it travels; the sketch of a page that is surely of its template stays behind."""
    place = observation.place
    if place.similarity >= SURELY_OF:
        place = place._replace(sketch=b"")
    packed: bytes = msgpack.packb(tuple(observation._replace(place=place)))
    return packed


def observation_from(packed: bytes) -> Observation:
    body, place, record, fields = msgpack.unpackb(packed, use_list=False)
    return Observation(body, Place._make(place), record, tuple(FieldSeen._make(one) for one in fields))
