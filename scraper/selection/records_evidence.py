"""How surely a column holds a field: by what it is called, what it looks like, and how it varies."""

from collections.abc import Sequence
from functools import cache
from itertools import islice

from scraper.selection.candidate import value_key
from scraper.selection.candidate_shape import shaped
from scraper.selection.candidates_surface import is_struck
from scraper.selection.field_words import FieldWords, likeness, words_of
from scraper.selection.outline import Element
from scraper.selection.records_cells import Cell
from scraper.selection.records_columns import Column, read_cell
from scraper.selection.value import Context, Parsed
from scraper.selection.vocabulary import CONCEPTS
from scraper.selection.wanted import Kind

MOST_SCORED = 30  # records of a column that are looked at
LONGEST_NAME = 60
SAID = 0.5  # likeness of a name that says the field
CROWDED = 0.35  # how much it counts that a record holds many such cells: perhaps it is many records
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SAYING = ("itemprop", "property", "data-field", "data-testid", "data-name", "id")
_ADDRESSES = frozenset((Kind.URL, Kind.IMAGE))
_REACH = (1.0, 0.8, 0.6)  # how far the names of an element speak for what stands in it


def score(column: Column, count: int, wanted: FieldWords, context: Context) -> float:
    """How surely a column of `count` records holds the field, from 0 to 1."""
    cells = [cell for held in islice(column.cells.values(), MOST_SCORED) for cell in held[:3]]
    values = [(cell, one) for cell in cells if (one := read_cell(cell, wanted, context)) is not None]
    if not values:
        return 0.0
    fits = sum(_fit(cell, one, wanted) for cell, one in values) / len(cells)
    typical = sum(_typical(cell, one, wanted) for cell, one in values) / len(values)
    if _is_said_to_be_other(values[0][0], wanted):
        typical *= 0.5
    sure = 1 - (1 - typical) * (1 - 0.95 * _named(column, values[0][0], wanted))
    filled = len(column.cells) / count
    crowd: float = (len(column.crowd) / sum(column.crowd)) ** CROWDED
    late = 1 - 0.03 * max(0, column.place.number)
    return sure * fits * (0.25 + 0.75 * filled) * _varied(values, wanted) * crowd * late


def _varied(values: Sequence[tuple[Cell, Parsed]], wanted: FieldWords) -> float:
    """What tells records apart does not say the same in each."""
    distinct = len({value_key(one.value) for _, one in values}) / len(values)
    if distinct > 0.3 or len(values) < 3 or not _should_vary(wanted):
        return 1.0
    return 0.2 + 2 * distinct


def _should_vary(wanted: FieldWords) -> bool:
    return (
        wanted.concept in {"title", "url", "image", "description", "sku", "gtin", "upc"}
        or wanted.field.kind is Kind.URL
    )


def _fit(cell: Cell, one: Parsed, wanted: FieldWords) -> float:
    """How well a value looks, and how much of its text it is."""
    fit = shaped(wanted.concept, one.value)
    kind = wanted.field.kind
    if wanted.concept == "title" and kind is Kind.TEXT:
        return fit * _wordy(one.value)
    if kind in {Kind.TEXT, Kind.ENUM, Kind.BOOLEAN} or kind in _ADDRESSES:
        return fit
    share = (one.end - one.start) / max(1, len(cell.text) - cell.start)
    return fit * (0.55 + 0.45 * share)


def _wordy(text: str) -> float:
    """A title has letters: `1,589 views` is a count, `1984` may be a book."""
    letters = sum(map(str.isalpha, text))
    if letters:
        return min(1.0, 0.4 + 1.2 * letters / len(text))
    return 0.4 if text.isdigit() and len(text) > 2 else 0.1


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
    return 0.85 * max((_called(one, wanted) for one in names if one), default=0.0)


def _called(name: str, wanted: FieldWords) -> float:
    """How well a name says the field; `brand-name` is what a brand is called, and no title."""
    return likeness(name, wanted) * (0.3 if _is_of_other(name, wanted) else 1.0)


def _is_of_other(name: str, wanted: FieldWords) -> bool:
    words = words_of(name[:LONGEST_NAME])
    return words not in wanted.phrases and words in _names()


@cache
def _names() -> frozenset[tuple[str, ...]]:
    """What surely means one thing only: the names of all meanings, and their phrases of several words."""
    named = {words_of(one.name) for one in CONCEPTS}
    phrases = {words_of(phrase) for one in CONCEPTS for phrase in one.phrases if phrase not in one.vague}
    return frozenset(named | {one for one in phrases if len(one) > 1})


def _is_said_to_be_other(cell: Cell, wanted: FieldWords) -> bool:
    """The markup names the element after another meaning, and not after this one."""
    names = (cell.element.attributes.get("class") or "").split()[:8]
    return any(_is_of_other(one, wanted) for one in names) and _of_names(cell.element, wanted) < SAID


def _typical(cell: Cell, one: Parsed, wanted: FieldWords) -> float:
    """What the type and the meaning of the field say of such a place."""
    kind, concept, element = wanted.field.kind, wanted.concept, cell.element
    if kind is Kind.MONEY:
        old = "old" in wanted.qualifiers or concept == "list_price"
        if concept not in {"", "price", "rent", "list_price"} or wanted.qualifiers - {"old"}:
            return 0.15
        return (0.75 if one.value["currency"] else 0.2) if is_struck(element) == old else 0.12
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
        return 0.35 if cell.attribute in {"title", "alt", "aria-label"} else 0.0
    near = [element, *([element.parent] if element.parent else [])]
    if any(one.tag in _HEADINGS for one in near):
        return 0.82
    if any(one.tag == "a" for one in near):
        return 0.4 + 0.25 * min(1.0, len(cell.text) / 20)
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
