"""Records that a list page describes to machines: several products of its JSON-LD, an ItemList."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scraper.selection.candidate import Candidate, value_key
from scraper.selection.candidates_structured import from_thing
from scraper.selection.field_words import FieldWords
from scraper.selection.found import Value
from scraper.selection.structured.main_thing import has_type
from scraper.selection.structured.thing import Thing
from scraper.selection.value import Context
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Field, Kind

LEAST = 2  # things that make a list
SAME = 0.5  # of the records that have a thing: then the things are these records
_URL = Field("url", Kind.URL)

Found = dict[str, Value | tuple[Value, ...]]


class Described(NamedTuple):
    """One thing of the list with its values."""

    values: Found
    names: frozenset[str]  # by which it is known again: its address, its title


def described(
    things: Sequence[Thing], record: str, words: Sequence[FieldWords], context: Context
) -> list[Described]:
    """The things of a page that are such records, in the order of the page; none where there is only one."""
    fitting = [one for one in things if has_type(one, record) and one.facts]
    found = [_described(one, words, context) for one in fitting]
    kept = [one for one in found if one.values]
    return kept if len(kept) >= LEAST else []


def matched(found: Sequence[Described], names: Sequence[frozenset[str]]) -> Mapping[int, Described]:
    """By the number of the record, the thing that is the same; nothing where few are."""
    by_name: dict[str, Described] = {}
    for one in found:
        for name in one.names:
            by_name.setdefault(name, one)
    both = {
        number: by_name[name]
        for number, known in enumerate(names)
        for name in sorted(known)
        if name in by_name
    }
    return both if len(both) >= SAME * len(names) else {}


def _described(thing: Thing, words: Sequence[FieldWords], context: Context) -> Described:
    values: Found = {}
    for one in words:
        if candidates := from_thing(thing, 1.0, one, context):
            values[one.field.name] = _values(candidates, one)
    address = next(iter(parse(_URL, thing.first("url", "@id", "offers.url"), context)), None)
    names = {value_key(thing.first("name", "headline", "title"))}
    if address is not None:
        names.add(address.value)
    return Described(values, frozenset(names - {""}))


def _values(candidates: list[Candidate], wanted: FieldWords) -> Value | tuple[Value, ...]:
    read = [Value(one.value, one.source, round(one.score, 3)) for one in candidates]
    if not wanted.field.many:
        return read[0]
    label = candidates[0].label
    return tuple(value for value, one in zip(read, candidates, strict=True) if one.label == label)
