"""Reads the fields of a record with selectors that are known, and says of the others why not."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scraper.selection.evaluate import Spot, shown, spots
from scraper.selection.found import How, Source, Value
from scraper.selection.knowledge import KnownField
from scraper.selection.known_host import is_lasting, selectors
from scraper.selection.nodes import Node, path_of
from scraper.selection.observation import Trial, is_another_page
from scraper.selection.selector import Axis, Selector
from scraper.selection.value import Context, Parsed
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Field

Found = Value | tuple[Value, ...]

SURE = 0.95
SURE_LATER = 0.9  # by an alternative
LIKELY = 0.6  # where the field was looked for by its label
MOST_ITEMS = 200  # of a field with many values
_MACHINE = frozenset(("content", "datetime", "value"))
_RELOCATIONS = (Axis.NEXT, Axis.REST, Axis.PARENT_NEXT, Axis.BELOW)


class FieldTry(NamedTuple):
    """How a field with known selectors fared."""

    field: str
    trial: Trial  # of the best selector where none found it
    used: int  # which of the known selectors found it; -1: none


class Known(NamedTuple):
    """What known selectors say of one record."""

    values: dict[str, Found]
    hints: dict[str, Found]  # likely values of fields that are sought
    tries: tuple[FieldTry, ...]
    absent: tuple[str, ...]  # known fields that this page does not have
    sought: tuple[str, ...]  # fields that the built-in engine is to look for
    watched: tuple[str, ...] = ()  # of the absent, those whose finds only teach


def read_known(
    root: Node, fields: Iterable[Field], known: Mapping[str, KnownField], context: Context
) -> Known:
    """The values of one record below `root`, and what else is to be done."""
    values: dict[str, Found] = {}
    tries: list[FieldTry] = []
    unknown: list[Field] = []
    missing: list[Field] = []
    absent: list[str] = []
    for field in fields:
        one = known.get(field.name)
        if one is None or not (one.pinned or one.promoted or one.earlier):
            unknown.append(field)
            continue
        tried, value = _read_field(root, field, one, context)
        if value is not None:
            values[field.name] = value
        elif one.pinned:
            absent.append(field.name)
        else:
            missing.append(field)
        if not one.pinned:
            tries.append(tried)
    is_other = is_another_page(len(missing), len(tries))
    sought = [field for field in missing if is_other or known[field.name].is_sought]
    absent += [field.name for field in missing if field not in sought]
    hints = _hints(root, (*unknown, *sought), known, context)
    watched = tuple(name for name in absent if known[name].is_watched)
    names = tuple(one.name for one in (*unknown, *sought))
    return Known(values, hints, tuple(tries), tuple(absent), names, watched)


def read_with(root: Node, field: Field, selector: Selector, context: Context) -> tuple[Trial, Found | None]:
    """What one selector says of a field."""
    found = shown(spots(root, selector))
    if not found:
        return Trial.MISSING, None
    read = [(spot, one) for spot in found[:MOST_ITEMS] if (one := parsed_spot(field, spot, context))]
    if not read:
        return Trial.INVALID, None
    line = str(selector)
    if field.many:
        return Trial.FOUND, tuple(_value(spot, one, line) for spot, one in read)
    if len(read) < len(found) or any(one.value != read[0][1].value for _, one in read[1:]):
        return Trial.AMBIGUOUS, None
    return Trial.FOUND, _value(*read[0], line)


def parsed_spot(field: Field, spot: Spot, context: Context) -> Parsed | None:
    """The value at a spot, with its place in the whole text there."""
    is_machine = spot.attribute in _MACHINE or spot.attribute.startswith("data-")
    found = parse(field, spot.words, context.for_machines() if is_machine else context)
    if not found:
        return None
    first = found[0]
    return Parsed(first.value, spot.start + first.start, spot.start + first.end)


def digest_of_value(value: Found | Any) -> bytes:
    """By which values of different pages are compared."""
    if isinstance(value, Value):
        value = value.value
    elif isinstance(value, tuple):
        value = [one.value for one in value]
    return hashlib.blake2b(json.dumps(value, sort_keys=True, default=str).encode(), digest_size=8).digest()


def _read_field(
    root: Node, field: Field, known: KnownField, context: Context
) -> tuple[FieldTry, Found | None]:
    how = How.PINNED if known.pinned else How.SELECTOR
    worst = Trial.MISSING
    for number, selector in enumerate(selectors(known.pinned or (*known.promoted, *known.earlier))):
        trial, value = read_with(root, field, selector, context)
        if value is not None:
            confidence = 1.0 if known.pinned else SURE if number == 0 else SURE_LATER
            return FieldTry(field.name, Trial.FOUND, number), _marked(value, how, confidence)
        worst = trial if worst is Trial.MISSING else worst
    return FieldTry(field.name, worst, -1), None


def _hints(
    root: Node, fields: Iterable[Field], known: Mapping[str, KnownField], context: Context
) -> dict[str, Found]:
    """Fields under the words that other pages have before them, where one value of the type stands there."""
    found = {}
    for field in fields:
        one = known.get(field.name)
        lines = (*one.promoted, *one.earlier, *one.lent) if one is not None and not one.pinned else ()
        value = _relocated(root, field, selectors(lines), context)
        if value is not None:
            found[field.name] = _marked(value, How.SELECTOR, LIKELY)
    return found


def _relocated(root: Node, field: Field, known: list[Selector], context: Context) -> Found | None:
    labels = dict.fromkeys(one.label for one in known if one.label)
    anywhere = [Selector(label=label, axis=axis) for label in labels for axis in _RELOCATIONS]
    for selector in (*(one for one in known if not one.label and is_lasting(one)), *anywhere):
        _, value = read_with(root, field, selector, context)
        if value is not None:
            return value
    return None


def _value(spot: Spot, one: Parsed, line: str) -> Value:
    words = spot.text[one.start : one.end]
    source = Source(How.SELECTOR, path_of(spot.node), spot.attribute, "", one.start, one.end, words, line)
    return Value(one.value, source, SURE)


def _marked(value: Found, how: How, confidence: float) -> Found:
    if isinstance(value, Value):
        return value._replace(source=value.source._replace(how=how), confidence=confidence)
    return tuple(one._replace(source=one.source._replace(how=how), confidence=confidence) for one in value)
