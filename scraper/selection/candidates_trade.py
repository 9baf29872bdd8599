"""Candidates of goods: the price beside the heading, the state, the button to buy, the maker, the number."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from scraper.selection.candidate import Candidate
from scraper.selection.candidates import candidate_at
from scraper.selection.candidates_labels import preceding_text
from scraper.selection.candidates_surface import Spot, Surface
from scraper.selection.field_words import FieldWords, qualifiers_in, words_of
from scraper.selection.outline import Element
from scraper.selection.value import Parsed
from scraper.selection.value_money import may_be_money, parse_money
from scraper.selection.value_parse import parse
from scraper.selection.value_phrases import BUYING, Finder
from scraper.selection.value_state import parse_count

_BUYING = Finder(dict.fromkeys(BUYING, "buy"))
_BRAND_PATH = re.compile(
    r"/(?:brands?|marken?|marques?|marcas?|manufacturers?|hersteller|merken|znack[ay]|vendors?|designers?|b)[/=-]",
    re.IGNORECASE,
)
_ID = re.compile(r"(?=[A-Za-z._-]*\d)[A-Za-z0-9._-]{4,24}")
_ID_IN_PATH = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{0,4}\d{4,14}|[A-Z0-9]*\d[A-Z0-9]*-?[A-Z0-9]{4,})(?![A-Za-z0-9])"
)
_LONGEST_BUTTON = 30
_MOST_MONEY = 150
_IN_PLACE = 0.5  # weight of the parts of a page that may hold its matter


def prices(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """Amounts with a currency, those near the heading first; what many alike elements hold is a list."""
    found: list[tuple[Spot, Parsed]] = []
    alike: dict[tuple[object, ...], int] = {}
    for spot in surface.spots:
        if len(spot.text) > 80 or not may_be_money(spot.text):
            continue
        amounts = [one for one in parse(wanted.field, spot.text, surface.context) if one.value["currency"]]
        if amounts:
            found.append((spot, amounts[0]))
            alike[_signature(spot.element)] = alike.get(_signature(spot.element), 0) + 1
            if len(found) >= _MOST_MONEY:
                break
    for spot, amount in found:
        share = (amount.end - amount.start) / len(spot.text)
        if _is_other_amount(spot, amount):
            share *= 0.3
        sure = 0.62 * spot.weight * (0.3 + 0.7 * surface.nearness(spot.element)) * (0.5 + 0.5 * share)
        if alike[_signature(spot.element)] > 3:
            sure *= 0.6
        yield candidate_at(spot.element, amount, "", sure, wanted, "")


def _is_other_amount(spot: Spot, amount: Parsed) -> bool:
    """Whether the words right before say that it is no price to pay: without tax, a saving, the old one."""
    before = spot.text[: amount.start] or preceding_text(spot.element)
    if any(map(str.isdigit, before)):  # it speaks of an amount of its own
        return False
    return bool(qualifiers_in(words_of(before[-40:])) - {"with", "tax", "lowest"})


def _signature(element: Element) -> tuple[object, ...]:
    above = element.parent
    return element.tag, element.classes, above.tag if above else "", above.classes if above else ()


def states(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """Phrases that say whether the thing can be had; a button to buy it says so too."""
    for spot in surface.spots:
        if len(spot.text) > 120:
            continue
        if wanted.concept == "availability":
            for parsed in parse(wanted.field, spot.text, surface.context)[:1]:
                share = (parsed.end - parsed.start) / len(spot.text)
                sure = (
                    0.75
                    * spot.weight
                    * (0.25 + 0.75 * surface.nearness(spot.element))
                    * (0.35 + 0.65 * share)
                )
                yield candidate_at(spot.element, parsed, "", sure, wanted, "")
        else:
            yield from _counts(spot, surface, wanted)
    if wanted.concept == "availability":
        yield from _buttons(surface, wanted)


def _counts(spot: Spot, surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """How many there are: the number beside a phrase of having, none beside one of not having."""
    for parsed in parse_count(spot.text, surface.context):
        sure = 0.7 * spot.weight * (0.4 + 0.6 * surface.nearness(spot.element))
        yield candidate_at(spot.element, parsed, "", sure, wanted, "")


def _buttons(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """What a buyer presses, whatever element it is made of."""
    positive = parse(wanted.field, "in stock", surface.context)
    if not positive:
        return
    shown = [(spot.element, "", spot.text) for spot in surface.spots if len(spot.text) <= _LONGEST_BUTTON]
    shown += [
        (one, "value", one.attributes.get("value") or "")
        for one in surface.outline.elements
        if one.tag == "input" and one.attributes.get("type") in {"submit", "button"} and not one.is_hidden
    ]
    for element, attribute, text in shown:
        spans = _BUYING.find(text)
        if (
            spans
            and spans[0].end - spans[0].start >= 0.6 * len(text)
            and "disabled" not in element.attributes
        ):
            sure = 0.5 * surface.weight(element) * (0.4 + 0.6 * surface.nearness(element))
            yield candidate_at(element, Parsed(positive[0].value, *spans[0][:2]), attribute, sure, wanted, "")


def offered(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """What a page sells for a price near its heading can be had, where it says nothing else."""
    positive = parse(wanted.field, "in stock", surface.context)
    if not positive or surface.heading is None:
        return
    for spot in surface.spots:
        if len(spot.text) <= 40 and may_be_money(spot.text) and spot.weight >= _IN_PLACE:
            amounts = [one for one in parse_money(spot.text, surface.context) if one.value["currency"]]
            if amounts and surface.nearness(spot.element) > 0.5:
                span = Parsed(positive[0].value, amounts[0].start, amounts[0].end)
                yield candidate_at(spot.element, span, "", 0.24, wanted, "")
                return


def brands(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """Links to the maker's own page; most of all where the title begins with its name."""
    title = (surface.heading.text if surface.heading is not None else surface.about.title).lower()
    for spot in surface.spots:
        href = spot.element.attributes.get("href") or "" if spot.element.tag == "a" else ""
        if len(spot.text) > 40 or not href or not _BRAND_PATH.search(href):
            continue
        sure = 0.5 + 0.25 * (spot.text.lower() in title)
        sure *= spot.weight * (0.3 + 0.7 * surface.nearness(spot.element))
        yield candidate_at(spot.element, Parsed(spot.text, 0, len(spot.text)), "", sure, wanted, "")


def identifiers(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """The identifier in the page's own address, where the page itself writes it: in its canonical link."""
    address = unquote(surface.about.url)
    tokens = {one for one in re.split(r"[/?&=#,]|\.html?|\.php", address) if one}
    ids = {match for one in tokens for match in _ID.findall(one)}
    if not ids:
        return
    for spot in surface.spots:
        text = spot.text
        if len(text) <= 60 and text.strip("()#[] ") in ids:
            start = text.index(text.strip("()#[] "))
            stripped = text.strip("()#[] ")
            yield candidate_at(
                spot.element,
                Parsed(stripped, start, start + len(stripped)),
                "",
                0.55 * spot.weight,
                wanted,
                "",
            )
    yield from _canonical(surface, wanted)


def _canonical(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    for element in surface.outline.elements:
        if element.tag != "link" or "canonical" not in (element.attributes.get("rel") or ""):
            continue
        href = element.attributes.get("href") or ""
        path = href.partition("?")[0]
        last = path.rstrip("/").rsplit("/", 1)[-1]
        offset = path.rfind(last)
        for match in list(_ID_IN_PATH.finditer(last))[-1:]:
            span = Parsed(match[0], offset + match.start(), offset + match.end())
            yield candidate_at(element, span, "href", 0.48, wanted, "")
        return
