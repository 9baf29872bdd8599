"""Whether a page holds the wanted list at all, where no pattern of addresses says so."""

from scraper.selection.candidates_surface import Zone
from scraper.selection.field_words import fields_words
from scraper.selection.found import Value
from scraper.selection.page_view import PageView
from scraper.selection.records import ListReading
from scraper.selection.wanted import Wanted

FEWEST_RECORDS = 2
FEWEST_FIELDS = 2
_WELL = 0.45
_USUAL = 0.5  # of the records
_ANYWHERE = frozenset(("title", "url", "image", "description"))  # menus have these, too
_BESIDE = frozenset((Zone.NAVIGATION, Zone.FOOTER, Zone.ASIDE, Zone.RELATED, Zone.REVIEWS, Zone.CHROME))


def is_list_of(view: PageView, found: ListReading, wanted: Wanted) -> bool:
    """It was found where other pages have it; or it is no menu, and has fields that not every list has."""
    if found.rows:
        return bool(found.records)
    if len(found.records) < FEWEST_RECORDS or _is_beside(view, found):
        return False
    well = {one.name for one in wanted.fields if _share(found, one.name) >= _USUAL}
    telling = {one.field.name for one in fields_words(wanted) if one.concept not in _ANYWHERE}
    return len(well) >= min(FEWEST_FIELDS, len(wanted.fields)) and (not telling or bool(well & telling))


def _is_beside(view: PageView, found: ListReading) -> bool:
    return bool(found.nodes) and view.surface.zones[found.nodes[0][0].number] in _BESIDE


def _share(found: ListReading, name: str) -> float:
    """Of the records, how many have the field surely enough."""
    values = (one.reading.values.get(name) for one in found.records)
    return sum(value is not None and _confidence(value) >= _WELL for value in values) / len(found.records)


def _confidence(value: Value | tuple[Value, ...]) -> float:
    return value.confidence if isinstance(value, Value) else value[0].confidence
