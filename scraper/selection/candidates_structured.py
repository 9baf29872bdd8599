"""Candidates from what a page says to machines: properties that mean the field."""

import html
import re
from collections.abc import Iterator

from scraper.selection.candidate import Candidate
from scraper.selection.candidates_surface import without_site
from scraper.selection.field_words import FieldWords, likeness
from scraper.selection.found import How
from scraper.selection.structured.thing import Fact, Thing
from scraper.selection.value import Context, Parsed
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

_TAG = re.compile(r"<[^>]{0,2000}>")
_PLAIN_NUMBER = re.compile(r"\s*[\d.,]+\s*")
_CURRENCIES = ("pricecurrency", "currency", "currencycode")
_TRUST = {
    How.JSON_LD: 0.9, How.MICRODATA: 0.88, How.RDFA: 0.84, How.OPEN_GRAPH: 0.72, How.EMBEDDED: 0.62,
}  # fmt: skip
# How far machines are believed beside what readers see: shops put other numbers of theirs there.
_BELIEF = {
    "sku": 0.82,
    "mpn": 0.9,
    "availability": 0.92,
    "title": 0.95,
    "image": 1.0,
    "brand": 0.95,
    "description": 0.9,
}
_STEP = 0.03  # each property further down the list is believed so much less
_MOST = 200
_LABEL = re.compile(r"([^:：]{1,40})[:：]\s*")
_NAMED = 0.3  # likeness of what stands before a colon
_NEGATIVE = frozenset(("soldout", "issoldout", "outofstock"))


def from_thing(thing: Thing, sure: float, wanted: FieldWords, context: Context) -> list[Candidate]:
    """The properties of a thing that mean the field, the best first."""
    found: list[Candidate] = []
    for fact, fit in _fitting(thing, wanted):
        if len(found) >= _MOST:
            break
        for parsed in _parsed(fact, thing, wanted, context):
            score = _TRUST[thing.how] * _BELIEF.get(wanted.concept, 1.0) * fit * (0.55 + 0.45 * sure)
            found.append(
                Candidate(
                    parsed.value, score, thing.how, fact.element, (parsed.start, parsed.end),
                    fact.attribute, fact.inside, fact.text, fact.label or fact.key,
                )
            )  # fmt: skip
    return _of_offers(found, wanted)


def _fitting(thing: Thing, wanted: FieldWords) -> Iterator[tuple[Fact, float]]:
    for place, name in enumerate(wanted.properties):
        for fact in thing.facts:
            if fact.key == name:
                yield fact, 1 - _STEP * min(place, 8)
    if thing.how is How.OPEN_GRAPH:
        names = {f"{prefix}:{''.join(wanted.words)}" for prefix in ("og", "product", "article", "book")}
        yield from (
            (fact, 0.9) for fact in thing.facts if fact.key in names and fact.key not in wanted.properties
        )
    for fact in thing.facts:
        if fact.label and (alike := likeness(fact.label, wanted)) >= 0.5:
            yield fact, 0.95 * alike
        elif _is_called(fact.key.rpartition(".")[2], wanted) and fact.key not in wanted.properties:
            yield fact, 0.55


def _is_called(name: str, wanted: FieldWords) -> bool:
    plain = re.sub(r"[\W_]", "", name)
    return len(plain) > 2 and plain in wanted.joined


def _parsed(fact: Fact, thing: Thing, wanted: FieldWords, context: Context) -> list[Parsed]:
    field = wanted.field
    is_plain = _PLAIN_NUMBER.fullmatch(fact.text) is not None
    machine = context.for_machines() if is_plain and (fact.attribute or fact.inside) else context
    if field.kind is Kind.TEXT:
        text = clean(fact.text)
        text, start = _unlabelled(text, fact, wanted)
        if wanted.concept == "title":
            text = _without_host(text, context)
        return [Parsed(text, start, len(fact.text))] if text and _matches(field.pattern, text) else []
    found = parse(field, fact.text, machine)
    if field.kind is Kind.MONEY:
        return [
            _with_currency(one, fact, thing) for one in found[:1] if one.value["amount"] != "0" or is_plain
        ]
    if field.kind is Kind.BOOLEAN and fact.key.rpartition(".")[2] in _NEGATIVE:
        found = [Parsed(not one.value, one.start, one.end) for one in found]
    return found[:1]


def _unlabelled(text: str, fact: Fact, wanted: FieldWords) -> tuple[str, int]:
    """Of a text that readers see, what stands after its own label, and where that begins."""
    match = None if fact.attribute or fact.inside else _LABEL.match(text)
    if match is None or likeness(match[1], wanted) < _NAMED or match.end() == len(text):
        return text, 0
    return text[match.end() :], max(0, len(fact.text) - len(text) + match.end())


def _without_host(title: str, context: Context) -> str:
    """A title without the site's name at its end, where the address says so too."""
    kept = without_site(title)
    tail = re.sub(r"\W", "", title[len(kept) :].lower())
    host = re.sub(r"\W", "", context.base.partition("://")[2].partition("/")[0].lower())
    return kept if tail and tail in host else title


def _matches(pattern: str, text: str) -> bool:
    return not pattern or re.fullmatch(pattern, text) is not None


def clean(text: str) -> str:
    """Text of machines as a reader would see it."""
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def _with_currency(parsed: Parsed, fact: Fact, thing: Thing) -> Parsed:
    if parsed.value["currency"]:
        return parsed
    beside = thing.beside(fact, *_CURRENCIES)
    if beside is None and thing.how is How.OPEN_GRAPH:
        name = fact.key.rpartition(":")[0]
        beside = next(
            (one for one in thing.facts if one.key in {f"{name}:currency", f"{fact.key}:currency"}), None
        )
    code = beside.text.strip().upper() if beside is not None else ""
    if not re.fullmatch(r"[A-Z]{3}", code):
        return parsed
    return Parsed({**parsed.value, "currency": code}, parsed.start, parsed.end)


def _of_offers(found: list[Candidate], wanted: FieldWords) -> list[Candidate]:
    """Of several offers, one that can be had makes the thing available."""
    if wanted.concept != "availability" or len({one.key for one in found}) < 2:
        return found
    first = [one for one in found if one.label == found[0].label]
    good = [
        one
        for one in first
        if one.value is True
        or (isinstance(one.value, str) and "instock" in one.value.lower().replace(" ", "").replace("_", ""))
    ]
    return good or found
