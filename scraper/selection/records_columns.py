"""Cells of many records side by side: each column is one place that may hold a field."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.selection.candidate_shape import tighter
from scraper.selection.candidates_surface import is_struck
from scraper.selection.field_words import FieldWords
from scraper.selection.records_cells import SOURCES, Cell, Cells, Way
from scraper.selection.value import Context, Parsed
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

MOST_PLACES = 4  # of cells found the same way in one record
LONGEST_TYPED = 200  # characters of a text in which an amount, a date, a state is looked for
_MACHINE = frozenset(("content", "datetime", "value"))
_PICTURES = frozenset((*SOURCES, "content", "data-image", "data-bg", "data-background"))
_NO_WORDS = frozenset((*SOURCES, "href"))


class Place(NamedTuple):
    """A column: the n-th cell that is found this way; all of them where `number` is -1."""

    way: Way
    number: int


@dataclass(frozen=True, slots=True)
class Column:
    """What a place holds."""

    place: Place
    cells: dict[int, tuple[Cell, ...]] = field(default_factory=dict)  # by the number of the record
    crowd: list[int] = field(default_factory=list)  # per record that has any, the cells found this way


def columns_of(records: Sequence[Cells], *, many: bool) -> list[Column]:
    """Every column that at least one record fills; with `many`, all cells of a way are one."""
    found: dict[Place, Column] = {}
    for number, cells in enumerate(records):
        for way, held in cells.items():
            single = [(place, [one]) for place, one in enumerate(held[:MOST_PLACES])]
            for place, share in [(-1, held)] if many else single:
                at = Place(way, place)
                column = found.setdefault(at, Column(at))
                column.cells[number] = tuple(share)
                column.crowd.append(1 if many else len(held))
    return list(found.values())


def read_cell(cell: Cell, wanted: FieldWords, context: Context) -> Parsed | None:
    """The value of the field's type that a cell holds."""
    field = wanted.field
    if not _may_hold(cell, field.kind):
        return None
    text = cell.text[cell.start :]
    if field.kind is Kind.TEXT and not field.pattern:
        start, end = tighter(wanted.concept, text)
        kept = text[start:end].strip()
        first = Parsed(kept, start, end) if kept else None
    else:
        is_machine = cell.attribute in _MACHINE or cell.attribute.startswith("data-")
        found = parse(field, text, context.for_machines() if is_machine else context)
        first = _not_struck(found, cell, wanted)
    return first and Parsed(first.value, first.start + cell.start, first.end + cell.start)


def _may_hold(cell: Cell, kind: Kind) -> bool:
    if kind is Kind.IMAGE:
        return cell.attribute in _PICTURES
    if kind is Kind.URL:
        return cell.attribute == "href" or cell.text[cell.start :].startswith(("http://", "https://"))
    if kind is not Kind.TEXT and len(cell.text) > LONGEST_TYPED:
        return False
    return cell.attribute not in _NO_WORDS


def _not_struck(found: list[Parsed], cell: Cell, wanted: FieldWords) -> Parsed | None:
    """Of several amounts in one text, the one that is not crossed out."""
    if len(found) < 2 or cell.attribute or wanted.field.kind is not Kind.MONEY:
        return found[0] if found else None
    struck = [one.text for one in cell.element.descendants() if is_struck(one) and one.text]
    old = "old" in wanted.qualifiers or wanted.concept == "list_price"
    for one in found:
        written = cell.text[cell.start + one.start : cell.start + one.end]
        if any(written in text for text in struck) == old:
            return one
    return found[0]
