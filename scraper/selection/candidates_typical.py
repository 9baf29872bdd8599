"""Candidates from where values of a meaning typically stand: the first heading, the price beside it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from scraper.selection.candidate import Candidate
from scraper.selection.candidates import candidate_at
from scraper.selection.candidates_surface import Spot, Surface, without_site
from scraper.selection.field_words import FieldWords
from scraper.selection.outline import Element
from scraper.selection.value import Parsed
from scraper.selection.value_date import parse_date
from scraper.selection.value_money import may_be_money
from scraper.selection.value_parse import parse
from scraper.selection.value_phrases import BUYING, Finder
from scraper.selection.value_state import parse_count
from scraper.selection.wanted import Kind

_BUYING = Finder(dict.fromkeys(BUYING, "buy"))
_BY = re.compile(
    r"^(?:(?:written|posted|published|reviewed|story)\s+)?(?:by|von|par|por|di|door|av|af|автор|od)\s*:?\s+(.{3,60})$",
    re.IGNORECASE,
)
_BRAND_PATH = re.compile(
    r"/(?:brands?|marken?|marques?|marcas?|manufacturers?|hersteller|merken|znack[ay]|vendors?|designers?|b)[/=-]",
    re.IGNORECASE,
)
_ID = re.compile(r"(?=[A-Za-z._-]*\d)[A-Za-z0-9._-]{4,24}")
_MOST_MONEY = 150


def typical(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """By the field's type and meaning; nothing for those that can stand anywhere."""
    concept, kind = wanted.concept, wanted.field.kind
    if wanted.qualifiers:
        return
    if kind is Kind.MONEY and concept in {"price", "rent", ""}:
        yield from _prices(surface, wanted)
    elif concept == "title" and kind is Kind.TEXT:
        yield from _titles(surface, wanted)
    elif concept in {"availability", "stock"}:
        yield from _states(surface, wanted)
    elif kind in {Kind.DATE, Kind.DATETIME} and concept in {"published", "start", ""}:
        yield from _dates(surface, wanted)
    elif concept == "author":
        yield from _authors(surface, wanted)
    elif concept == "brand":
        yield from _brands(surface, wanted)
    elif concept == "sku":
        yield from _identifiers(surface, wanted)
    elif kind is Kind.IMAGE:
        yield from _pictures(surface, wanted)
    elif kind in {Kind.EMAIL, Kind.PHONE}:
        yield from _contacts(surface, wanted)
    elif kind is Kind.ENUM:
        yield from _phrases(surface, wanted)


def _prices(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
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
        sure = 0.62 * spot.weight * (0.3 + 0.7 * surface.nearness(spot.element)) * (0.5 + 0.5 * share)
        if alike[_signature(spot.element)] > 3:
            sure *= 0.6
        yield candidate_at(spot.element, amount, "", sure, wanted, "")


def _signature(element: Element) -> tuple[object, ...]:
    above = element.parent
    return element.tag, element.classes, above.tag if above else "", above.classes if above else ()


def _titles(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    heading = surface.heading
    if heading is not None:
        for parsed in parse(wanted.field, heading.text, surface.context):
            yield candidate_at(heading, parsed, "", 0.93 if heading.tag == "h1" else 0.6, wanted, "")
    title = next((one for one in surface.outline.elements if one.tag == "title" and one.text), None)
    if title is not None:
        named = without_site(title.text)
        yield candidate_at(title, Parsed(named, 0, len(named)), "", 0.4, wanted, "")


def _states(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
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
    positive = parse(wanted.field, "in stock", surface.context)
    if not positive:
        return
    for element in surface.outline.elements:
        if (
            element.tag not in {"button", "a", "input"}
            or element.is_hidden
            or "disabled" in element.attributes
        ):
            continue
        attribute = "value" if element.tag == "input" else ""
        text = (
            (element.attributes.get("value") or "")
            if attribute
            else element.text
            if surface.sizes[element.number] <= 40
            else ""
        )
        spans = _BUYING.find(text) if 0 < len(text) <= 40 else []
        if spans:
            sure = 0.5 * surface.weight(element) * (0.4 + 0.6 * surface.nearness(element))
            yield candidate_at(element, Parsed(positive[0].value, *spans[0][:2]), attribute, sure, wanted, "")


def _dates(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    for element in surface.outline.elements:
        if (
            element.tag == "time"
            and not element.is_hidden
            and (written := element.attributes.get("datetime"))
        ):
            for parsed in parse(wanted.field, written, surface.context)[:1]:
                sure = 0.6 * surface.weight(element) * (0.4 + 0.6 * surface.nearness(element))
                yield candidate_at(element, parsed, "datetime", sure, wanted, "")
    for spot in surface.spots:
        if (
            len(spot.text) <= 80
            and any(map(str.isdigit, spot.text))
            and parse_date(spot.text, surface.context)
        ):
            for parsed in parse(wanted.field, spot.text, surface.context)[:1]:
                share = (parsed.end - parsed.start) / len(spot.text)
                sure = 0.5 * spot.weight * (0.3 + 0.7 * surface.nearness(spot.element)) * (0.4 + 0.6 * share)
                yield candidate_at(spot.element, parsed, "", sure, wanted, "")


def _authors(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    for spot in surface.spots:
        relation = (spot.element.attributes.get("rel") or "") if spot.element.attributes else ""
        near = 0.4 + 0.6 * surface.nearness(spot.element)
        if "author" in relation.split():
            yield candidate_at(
                spot.element, Parsed(spot.text, 0, len(spot.text)), "", 0.7 * spot.weight * near, wanted, ""
            )
        elif len(spot.text) < 80 and (match := _BY.match(spot.text)):
            end = match.end(1)
            name = re.split(r"\s*(?:[|•·,\n]|\s[-–—]\s|\bon\b|\bam\b|\ble\b|\d)", match[1], maxsplit=1)[
                0
            ].strip()
            if name and name[:1].isupper() and len(name.split()) <= 5:
                end = match.start(1) + len(name)
                yield candidate_at(
                    spot.element, Parsed(name, match.start(1), end), "", 0.6 * spot.weight * near, wanted, ""
                )


def _brands(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """Links to the maker's own page; most of all where the title begins with its name."""
    title = (surface.heading.text if surface.heading is not None else surface.about.title).lower()
    for spot in surface.spots:
        href = spot.element.attributes.get("href") or "" if spot.element.tag == "a" else ""
        if len(spot.text) > 40 or not href or not _BRAND_PATH.search(href):
            continue
        sure = 0.5 + 0.25 * (spot.text.lower() in title)
        sure *= spot.weight * (0.3 + 0.7 * surface.nearness(spot.element))
        yield candidate_at(spot.element, Parsed(spot.text, 0, len(spot.text)), "", sure, wanted, "")


def _identifiers(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
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
        found = list(
            re.finditer(
                r"(?<![A-Za-z0-9])[A-Za-z]{0,4}\d{4,14}(?![A-Za-z0-9])|(?<![A-Za-z0-9])[A-Z0-9]*\d[A-Z0-9]*-?[A-Z0-9]{4,}(?![A-Za-z0-9])",
                last,
            )
        )
        for match in found[-1:]:
            span = Parsed(match[0], offset + match.start(), offset + match.end())
            yield candidate_at(element, span, "href", 0.3, wanted, "")
        return


def _pictures(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    title = set(
        re.findall(
            r"\w+", (surface.heading.text if surface.heading is not None else surface.about.title).lower()
        )
    )
    for element in surface.outline.elements:
        if element.tag != "img" or element.is_hidden:
            continue
        alt = set(re.findall(r"\w+", (element.attributes.get("alt") or "").lower()))
        common = len(alt & title) / len(alt) if alt else 0.0
        sure = (0.3 + 0.4 * common) * surface.weight(element) * (0.4 + 0.6 * surface.nearness(element))
        for attribute in ("srcset", "data-src", "src"):
            written = element.attributes.get(attribute) or ""
            if written and not written.startswith("data:"):
                for parsed in parse(wanted.field, written, surface.context)[:1]:
                    yield candidate_at(element, parsed, attribute, sure, wanted, "")
                break


def _contacts(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    scheme = "mailto:" if wanted.field.kind is Kind.EMAIL else "tel:"
    for element in surface.outline.elements:
        href = (element.attributes.get("href") or "") if element.tag == "a" and not element.is_hidden else ""
        if href.lower().startswith(scheme):
            for parsed in parse(wanted.field, href, surface.context)[:1]:
                yield candidate_at(
                    element, parsed, "href", 0.5 * (0.4 + 0.6 * surface.weight(element)), wanted, ""
                )
    for spot in surface.spots:
        if len(spot.text) <= 200 and ("@" in spot.text or wanted.field.kind is Kind.PHONE):
            for parsed in parse(wanted.field, spot.text, surface.context)[:1]:
                yield candidate_at(spot.element, parsed, "", 0.3 * (0.4 + 0.6 * spot.weight), wanted, "")


def _phrases(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    for spot in surface.spots:
        if len(spot.text) <= 60:
            for parsed in parse(wanted.field, spot.text, surface.context)[:1]:
                share = (parsed.end - parsed.start) / len(spot.text)
                sure = 0.45 * share * spot.weight * (0.4 + 0.6 * surface.nearness(spot.element))
                yield candidate_at(spot.element, parsed, "", sure, wanted, "")
