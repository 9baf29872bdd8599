"""Whether a page is about one record at all: not every page with a title and a price is a product's."""

from scraper.selection.found import Value
from scraper.selection.page_view import PageView
from scraper.selection.structured.main_thing import has_type
from scraper.selection.wanted import Wanted

_ENOUGH_SHARE = 0.5  # of the wanted fields, found well
_FEWEST = 2
_WELL = 0.45
_LISTS = frozenset(
    (
        "collectionpage",
        "searchresultspage",
        "itemlist",
        "offercatalog",
        "contactpage",
        "aboutpage",
        "checkoutpage",
        "profilepage",
    )
)
# Page types of the content engine that hold no single thing, and those that do.
_NO_RECORD = frozenset(("listing", "collection", "forum", "service", "documentation"))
_TYPE_OF = {
    "product": "product", "article": "article", "post": "article", "news": "article", "story": "article",
    "blog": "article",
}  # fmt: skip


def is_about(
    view: PageView,
    wanted: Wanted,
    values: dict[str, Value | tuple[Value, ...]],
    is_typed: bool,
    page_type: str = "",
) -> bool:
    """By what is required, by the types that the page names, by its own type, by how much was found."""
    if any(one.required and one.name not in values for one in wanted.fields):
        return False
    if is_typed:
        return True
    if _is_list(view, wanted) or (page_type in _NO_RECORD):
        return False
    found = [one for one in values.values() if _confidence(one) >= _WELL]
    fewest = min(_FEWEST, len(wanted.fields))
    if _TYPE_OF.get(wanted.record) == page_type and page_type:
        return len(found) >= 1
    return len(found) >= max(fewest, _ENOUGH_SHARE * len(wanted.fields))


def _is_list(view: PageView, wanted: Wanted) -> bool:
    """The page says that it is a list, or describes several such things, none of which is its own."""
    things = [one for one in view.structured.things if not one.is_foreign]
    if any(one.types & _LISTS for one in things):
        return True
    return sum(has_type(one, wanted.record) for one in things) > 2


def _confidence(found: Value | tuple[Value, ...]) -> float:
    return found.confidence if isinstance(found, Value) else found[0].confidence
