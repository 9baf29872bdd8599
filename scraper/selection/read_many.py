"""The values of a field that holds a list: all that stand where its best one was found."""

import re
from collections.abc import Iterator, Sequence

from scraper.selection.candidate import Candidate
from scraper.selection.candidates_surface import Surface
from scraper.selection.field_words import FieldWords
from scraper.selection.found import How, Source, Value
from scraper.selection.outline import Element
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

MOST = 200
_ITEMS = frozenset(("li", "dd", "option", "p", "tr"))
_BETWEEN = re.compile(r"\s*[,;|•·、，；]\s*|\s+[/–—]\s+")


def all_values(
    best: Candidate, candidates: Sequence[Candidate], wanted: FieldWords, surface: Surface
) -> tuple[Value, ...]:
    """Each with its own source, each value once."""
    if best.how is How.SCORER:
        beside = [one for one in candidates if _is_beside(one, best)]
        places = beside if len(beside) > 1 else [best]
        found = [value for one in places for value in _in_element(one, wanted, surface)]
        found = found or [_value(best, best.score)]
    else:
        same = [one for one in candidates if one.how is best.how and one.label == best.label]
        found = [_value(one, best.score) for one in same]
    distinct = {str(one.value): one for one in reversed(found[:MOST])}
    return tuple(reversed(distinct.values()))


def _is_beside(one: Candidate, best: Candidate) -> bool:
    """Whether both are descriptions of one term."""
    is_labelled = one.how is How.SCORER and bool(best.label) and one.label == best.label
    return is_labelled and one.element.tag == "dd" and one.element.parent is best.element.parent


def _value(candidate: Candidate, score: float) -> Value:
    return Value(candidate.value, candidate.source, round(score, 3))


def _in_element(best: Candidate, wanted: FieldWords, surface: Surface) -> Iterator[Value]:
    if best.attribute:
        return
    items = _items(best.element, surface)
    if items:
        for item in items:
            yield from _read(item, (0, len(item.text)), best.score, wanted, surface)
        return
    start, end = best.span if wanted.field.kind is Kind.TEXT else (0, len(best.element.text))
    for left, right in _pieces(best.element.text, start, end):
        yield from _read(best.element, (left, right), best.score, wanted, surface)


def _items(element: Element, surface: Surface) -> list[Element]:
    """The parts of a list: its items, or its links where there is nothing else."""
    items = [one for one in element.descendants() if one.tag in _ITEMS and surface.sizes[one.number]]
    if len(items) >= 2:
        return [one for one in items if not any(above in items for above in one.ancestors())]
    links = [
        one for one in element.children if one.tag in {"a", "span", "button"} and surface.sizes[one.number]
    ]
    whole = sum(surface.sizes[one.number] for one in links)
    return links if len(links) >= 2 and whole >= 0.8 * surface.sizes[element.number] else []


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _BETWEEN.finditer(text, start, end):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def _read(
    element: Element, span: tuple[int, int], score: float, wanted: FieldWords, surface: Surface
) -> Iterator[Value]:
    text = element.text[span[0] : span[1]]
    for one in parse(wanted.field, text, surface.context):
        start, end = one.start + span[0], one.end + span[0]
        source = Source(How.SCORER, element.path, "", "", start, end, element.text[start:end])
        yield Value(one.value, source, round(score, 3))
