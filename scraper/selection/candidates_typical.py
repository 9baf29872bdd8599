"""Candidates from where values of a meaning typically stand: the first heading, the price beside it."""

import re
from collections.abc import Iterator

from scraper.selection.candidate import Candidate
from scraper.selection.candidates import candidate_at
from scraper.selection.candidates_counts import counted
from scraper.selection.candidates_surface import Surface, without_site
from scraper.selection.candidates_trade import brands, identifiers, prices, states
from scraper.selection.field_words import FieldWords
from scraper.selection.value import Parsed
from scraper.selection.value_date import parse_date
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

_BY = re.compile(
    r"^(?:(?:written|posted|published|reviewed|story)\s+)?(?:by|von|par|por|di|door|av|af|автор|od)\s*:?\s+(.{3,60})$",
    re.IGNORECASE,
)


def typical(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """By the field's type and meaning; nothing for those that can stand anywhere."""
    concept, kind = wanted.concept, wanted.field.kind
    if kind in {Kind.INTEGER, Kind.NUMBER} or concept == "rating":
        yield from counted(surface, wanted)
    if wanted.qualifiers:
        return
    if kind is Kind.MONEY and concept in {"price", "rent", ""}:
        yield from prices(surface, wanted)
    elif concept == "title" and kind is Kind.TEXT:
        yield from _titles(surface, wanted)
    elif concept in {"availability", "stock"}:
        yield from states(surface, wanted)
    elif kind in {Kind.DATE, Kind.DATETIME} and concept in {"published", "start", ""}:
        yield from _dates(surface, wanted)
    elif concept == "author":
        yield from _authors(surface, wanted)
    elif concept == "brand":
        yield from brands(surface, wanted)
    elif concept == "sku":
        yield from identifiers(surface, wanted)
    elif kind is Kind.IMAGE:
        yield from _pictures(surface, wanted)
    elif kind in {Kind.EMAIL, Kind.PHONE}:
        yield from _contacts(surface, wanted)
    elif kind is Kind.ENUM:
        yield from _phrases(surface, wanted)


def _titles(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    heading = surface.heading
    if heading is not None:
        for parsed in parse(wanted.field, heading.text, surface.context):
            yield candidate_at(heading, parsed, "", 0.93 if heading.tag == "h1" else 0.6, wanted, "")
    title = next((one for one in surface.outline.elements if one.tag == "title" and one.text), None)
    if title is not None:
        named = without_site(title.text)
        yield candidate_at(title, Parsed(named, 0, len(named)), "", 0.5, wanted, "")


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
                sure = 0.66 * spot.weight * (0.3 + 0.7 * surface.nearness(spot.element)) * (0.5 + 0.5 * share)
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
                    element, parsed, "href", 0.75 * (0.4 + 0.6 * surface.weight(element)), wanted, ""
                )
    for spot in surface.spots:
        if len(spot.text) <= 200 and ("@" in spot.text or wanted.field.kind is Kind.PHONE):
            for parsed in parse(wanted.field, spot.text, surface.context)[:1]:
                yield candidate_at(spot.element, parsed, "", 0.55 * (0.4 + 0.6 * spot.weight), wanted, "")


def _phrases(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    for spot in surface.spots:
        if len(spot.text) <= 60:
            for parsed in parse(wanted.field, spot.text, surface.context)[:1]:
                share = (parsed.end - parsed.start) / len(spot.text)
                sure = 0.45 * share * spot.weight * (0.4 + 0.6 * surface.nearness(spot.element))
                yield candidate_at(spot.element, parsed, "", sure, wanted, "")
