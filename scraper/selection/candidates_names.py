"""What elements are called in the page's code: classes, ids, itemprops, data attributes."""

from functools import lru_cache

from scraper.selection.field_words import FieldWords, qualifiers_in, words_of
from scraper.selection.outline import Element

_ATTRIBUTES = (
    "itemprop",
    "property",
    "name",
    "data-testid",
    "data-test",
    "data-qa",
    "data-field",
    "data-label",
    "rel",
    "data-hook",
    "data-automation",
)
_LEVELS = 3
_FADE = (1.0, 0.8, 0.55)
_WEAK = frozenset(("item", "name", "title", "label", "value", "text", "date", "by", "size", "model",
"status", "now", "link", "image", "style",
                   "code", "on", "time", "section", "place", "data", "content", "body", "article",
                   "address", "start", "end"))  # fmt: skip


def likeness_of_names(element: Element, wanted: FieldWords) -> float:
    """How surely the names of an element, or of those closest around it, mean the field."""
    best = 0.0
    near: Element | None = element
    for level in range(_LEVELS):
        if near is None or near.tag in {"body", "html", "main"}:
            break
        if near.attributes:
            best = max(best, _FADE[level] * _likeness(_names(near), wanted))
        near = near.parent
    return best


def own_names(element: Element) -> tuple[str, ...]:
    """The names that the element itself has."""
    return _names(element)


def _names(element: Element) -> tuple[str, ...]:
    attributes = element.attributes
    found = [*(attributes.get("class") or "").split()[:8]]
    if identity := attributes.get("id"):
        found.append(identity)
    found += [value for one in _ATTRIBUTES if one in attributes and (value := attributes[one])]
    return tuple(one[:80] for one in found)


@lru_cache(maxsize=50_000)
def _likeness(names: tuple[str, ...], wanted: FieldWords) -> float:
    return max((_one(name, wanted) for name in names), default=0.0)


@lru_cache(maxsize=50_000)
def _one(name: str, wanted: FieldWords) -> float:
    """Each name alone: how much of it is a phrase of the field."""
    words = words_of(name)
    if not words or len(words) > 8:
        return 0.0
    best = 0.0
    for phrase in wanted.phrases:
        length = len(phrase)
        if length <= len(words) and any(
            words[start : start + length] == phrase for start in range(len(words) - length + 1)
        ):
            weak = 0.55 if length == 1 and phrase[0] in _WEAK else 1.0
            best = max(best, weak / (1 + 0.3 * (len(words) - length)))
    against = qualifiers_in(words) - wanted.qualifiers - {"with", "tax"}
    return best * (0.4 if against else 1.0)
