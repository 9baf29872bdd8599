"""Makes selectors from an element that was pointed at; those stay that find it again, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from scraper.selection.css_path import by_class, by_meaning, by_neighbour, by_place
from scraper.selection.evaluate import Spot, shown, spots
from scraper.selection.label_path import by_label
from scraper.selection.nodes import Node
from scraper.selection.selector import BadSelector, Selector, parsed

MOST = 8
_OF_A_KIND = 2  # alternatives of one style; twice as many by classes
_BY_CLASS = 2  # the place of that style
LONGEST_EDGE = 24  # characters beside a part of a text

Accepts = Callable[[list[Spot]], bool]  # whether these are the values that were pointed at


def synthesise(root: Node, targets: Sequence[Spot], accepts: Accepts) -> tuple[Selector, ...]:
    """Up to six alternatives, the most lasting kind first: by label, by meaning, by class, by place."""
    nodes = [target.node for target in targets]
    attribute = targets[0].attribute
    if len(targets) == 1 and nodes[0].mem_id == root.mem_id:
        kinds: Iterator[Iterator[Selector]] = iter([iter([Selector(attribute=attribute)])])
    else:
        plain = (
            by_meaning(root, nodes, attribute),
            by_class(root, nodes),
            by_neighbour(root, nodes),
            _place(root, nodes),
        )
        kinds = chain([by_label(targets)], (_as_selectors(css, attribute) for css in plain))
    found: dict[Selector, None] = {}
    for number, kind in enumerate(kinds):
        most = _OF_A_KIND * (2 if number == _BY_CLASS else 1)
        tried = (one for selector in kind if (one := _cut(root, selector, targets[0], accepts)) is not None)
        found |= dict.fromkeys(islice(tried, most))
    return tuple(found)[:MOST]


def _place(root: Node, nodes: Sequence[Node]) -> Iterator[str]:
    return by_place(root, nodes[0]) if len(nodes) == 1 else iter(())


def _as_selectors(texts: Iterator[str], attribute: str) -> Iterator[Selector]:
    return (Selector(css, attribute=attribute) for css in texts)


def _cut(root: Node, selector: Selector, target: Spot, accepts: Accepts) -> Selector | None:
    """The selector as it is, or with what cuts off the rest of the text; None: it finds something else."""
    found = shown(spots(root, selector))
    if not found or found[0].node.mem_id != target.node.mem_id or not _can_be_written(selector):
        return None
    if accepts(found):
        return selector
    for after, before in _edges(target):
        one = replace(selector, after=after, before=before)
        if accepts(shown(spots(root, one))):
            return one
    return None


def _edges(target: Spot) -> Iterator[tuple[str, str]]:
    """The words right before and right behind a part of a text, as far as they can be the same elsewhere."""
    after = _words(target.text[: target.start], from_end=True)
    before = _words(target.text[target.end :], from_end=False)
    if after:
        yield after, ""
    if before:
        yield "", before
    if after and before:
        yield after, before


def _words(text: str, *, from_end: bool) -> str:
    text = text.strip()
    if not text:
        return ""
    cut = text[-LONGEST_EDGE:] if from_end else text[:LONGEST_EDGE]
    words = cut.split()
    if len(cut) < len(text) and len(words) > 1:  # the word at the cut may be half a word
        words = words[1:] if from_end else words[:-1]
    kept: list[str] = []
    for word in reversed(words) if from_end else words:
        if any(char.isdigit() for char in word):
            break
        kept.append(word)
    return " ".join(reversed(kept) if from_end else kept)


def _can_be_written(selector: Selector) -> bool:
    try:
        return parsed(str(selector)) == selector
    except BadSelector:
        return False
