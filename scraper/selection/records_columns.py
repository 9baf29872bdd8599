"""Cells of many records side by side: each column is one place that may hold a field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scraper.selection.candidate import value_key
from scraper.selection.candidate_shape import shaped, tighter
from scraper.selection.candidates_surface import is_struck
from scraper.selection.field_words import FieldWords, likeness
from scraper.selection.outline import Element
from scraper.selection.records_cells import Cell, Cells, Way
from scraper.selection.value import Context, Parsed
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

MOST_PLACES = 4  # of cells found the same way in one record
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SAYING = ("itemprop", "property", "data-field", "data-testid", "data-name", "id")
_ADDRESSES = frozenset((Kind.URL, Kind.IMAGE))
_MACHINE = frozenset(("content", "datetime", "value"))
_REACH = (1.0, 0.8, 0.6)  # how far the names of an element speak for what stands in it


class Place(NamedTuple):
    """A column: the n-th cell that is found this way; all of them where `number` is -1."""

    way: Way
    number: int


@dataclass(frozen=True, slots=True)
class Column:
    """What a place holds, by the number of the record."""

    place: Place
    cells: dict[int, tuple[Cell, ...]]


def columns_of(records: Sequence[Cells], *, many: bool) -> list[Column]:
    """Every column that at least one record fills; with `many`, all cells of a way are one."""
    found: dict[Place, dict[int, tuple[Cell, ...]]] = {}
    for number, cells in enumerate(records):
        for way, held in cells.items():
            if many:
                found.setdefault(Place(way, -1), {})[number] = tuple(held)
                continue
            for place, cell in enumerate(held[:MOST_PLACES]):
                found.setdefault(Place(way, place), {})[number] = (cell,)
    return [Column(place, cells) for place, cells in found.items()]


def read_cell(cell: Cell, wanted: FieldWords, context: Context) -> Parsed | None:
    """The value of the field's type that a cell holds."""
    field = wanted.field
    if not cell.attribute and field.kind is Kind.IMAGE:
        return None
    if cell.attribute in {"href", "src", "srcset"} and field.kind not in _ADDRESSES:
        return None
    if (
        field.kind is Kind.URL
        and cell.attribute
        and cell.attribute != "href"
        and not cell.text.startswith("http")
    ):
        return None
    if (
        field.kind is Kind.IMAGE
        and cell.element.tag != "img"
        and cell.attribute not in {"content", "data-src"}
    ):
        return None
    machine = cell.attribute in _MACHINE or cell.attribute.startswith("data-")
    text = cell.text[cell.start :]
    if field.kind is Kind.TEXT and not field.pattern:
        start, end = tighter(wanted.concept, text)
        kept = text[start:end].strip()
        first = Parsed(kept, start, end) if kept else None
    else:
        found = parse(field, text, context.for_machines() if machine else context)
        first = _not_struck(found, cell, wanted)
    return first and Parsed(first.value, first.start + cell.start, first.end + cell.start)


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


def score(column: Column, count: int, wanted: FieldWords, context: Context) -> float:
    """How surely a column holds the field, from 0 to 1."""
    read = [(cell, read_cell(cell, wanted, context)) for cells in column.cells.values() for cell in cells[:3]]
    values = [(cell, one) for cell, one in read if one is not None]
    if not values:
        return 0.0
    fits = sum(_fit(cell, one, wanted) for cell, one in values) / len(read)
    filled = len(column.cells) / count
    sure = 1 - (1 - _typical(values[0][0], wanted)) * (1 - 0.95 * _named(column, values[0][0], wanted))
    distinct = len({value_key(one.value) for _, one in values}) / len(values)
    varied = 1.0 if distinct > 0.3 or len(values) < 3 or not _should_vary(wanted) else 0.4 + 2 * distinct
    late = 1 - 0.03 * min(5, column.place.number) if column.place.number > 0 else 1.0
    return sure * fits * (0.25 + 0.75 * filled) * min(1.0, varied) * late


def _should_vary(wanted: FieldWords) -> bool:
    return (
        wanted.concept in {"title", "url", "image", "description", "sku", "gtin", "upc"}
        or wanted.field.kind is Kind.URL
    )


def _fit(cell: Cell, one: Parsed, wanted: FieldWords) -> float:
    """How well a value looks, and how much of its text it is."""
    fit = shaped(wanted.concept, one.value)
    kind = wanted.field.kind
    if kind in {Kind.TEXT, Kind.ENUM, Kind.BOOLEAN} or kind in _ADDRESSES:
        return fit
    share = (one.end - one.start) / max(1, len(cell.text) - cell.start)
    if kind is Kind.MONEY and not one.value["currency"]:
        fit *= 0.7
    return fit * (0.55 + 0.45 * share)


def _named(column: Column, cell: Cell, wanted: FieldWords) -> float:
    """How well the label, or the names in the markup, say the field."""
    best = likeness(cell.label, wanted) if cell.label else 0.0
    if cell.attribute.startswith("data-"):
        best = max(best, 0.9 * likeness(cell.attribute[5:], wanted))
    element: Element | None = cell.element
    size = 2 * len(cell.text) + 20
    for reach in _REACH:
        if element is None or len(element.text) > size:
            break
        best = max(best, reach * _of_names(element, wanted))
        element = element.parent
    if column.place.way.label:
        best *= 1.02  # the label finds it even where the order changes
    return min(1.0, best)


def _of_names(element: Element, wanted: FieldWords) -> float:
    attributes = element.attributes
    if not attributes:
        return 0.0
    said = [attributes.get(name) or "" for name in _SAYING]
    if said[0] and any(said[0].lower() == one.rpartition(".")[2] for one in wanted.properties):
        return 0.95
    names = [*said, *(attributes.get("class") or "").split()[:8]]
    return 0.85 * max((likeness(one, wanted) for one in names if one), default=0.0)


def _typical(cell: Cell, wanted: FieldWords) -> float:
    """What the type and the meaning of the field say of such a place."""
    kind, concept, element = wanted.field.kind, wanted.concept, cell.element
    if kind is Kind.MONEY:
        old = "old" in wanted.qualifiers or concept == "list_price"
        if concept not in {"", "price", "rent", "list_price"} or wanted.qualifiers - {"old"}:
            return 0.15
        return 0.75 if is_struck(element) == old else 0.12
    if kind is Kind.IMAGE:
        return 0.8 if element.tag == "img" else 0.3
    if kind is Kind.URL:
        return _typical_link(cell) if concept in {"url", ""} else 0.15
    if kind in {Kind.EMAIL, Kind.PHONE}:
        return 0.8
    if kind in {Kind.DATE, Kind.DATETIME}:
        return 0.75 if element.tag == "time" else 0.6
    if kind in {Kind.ENUM, Kind.BOOLEAN}:
        return 0.5
    if kind is Kind.TEXT and concept == "title":
        return _typical_title(cell)
    if kind is Kind.TEXT and concept == "description":
        return min(0.5, len(cell.text) / 200)
    return 0.12


def _typical_title(cell: Cell) -> float:
    element = cell.element
    if cell.attribute:
        return 0.3 if cell.attribute in {"title", "alt", "aria-label"} else 0.0
    if not any(map(str.isalpha, cell.text)):
        return 0.0
    near = [element, *([element.parent] if element.parent else [])]
    if any(one.tag in _HEADINGS for one in near):
        return 0.82
    if any(one.tag == "a" for one in near):
        return 0.62 if len(cell.text) > 3 else 0.3
    if any(one.tag in {"b", "strong", "dt"} for one in near):
        return 0.5
    return 0.3 if len(cell.text) <= 150 else 0.1


def _typical_link(cell: Cell) -> float:
    """The link of the heading, or around the record, or with most to read."""
    element = cell.element
    if cell.attribute != "href" or cell.text.startswith(("#", "javascript:", "mailto:", "tel:")):
        return 0.1
    inside = [element.parent] if element.parent else []
    inside += element.children
    if any(one.tag in _HEADINGS for one in inside) or any(
        one.tag in _HEADINGS for one in element.descendants()
    ):
        return 0.85
    return 0.5 + 0.2 * min(1.0, len(element.text) / 30) if element.text else 0.5
