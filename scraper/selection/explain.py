"""Why the fields of one page got their values, and why not others: for people who look into a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scraper.selection.candidate import value_key
from scraper.selection.candidates_surface import Zone, is_struck
from scraper.selection.found import How, Reading, Source, Value
from scraper.selection.groups import Group
from scraper.selection.groups_lists import Nodes
from scraper.selection.nodes import node_at
from scraper.selection.outline import Element
from scraper.selection.page_view import PageView
from scraper.selection.read import Choice, considered, read_record
from scraper.selection.records import read_list
from scraper.selection.scorer import LEAST
from scraper.selection.wanted import Wanted

_ZONES = {
    Zone.HEADER: "the page's head",
    Zone.NAVIGATION: "navigation",
    Zone.FOOTER: "the page's foot",
    Zone.ASIDE: "a side column",
    Zone.RELATED: "a list of other things",
    Zone.REVIEWS: "what readers wrote",
    Zone.CHROME: "a banner or dialog",
}


class RunnerUp(NamedTuple):
    """A value that was not taken."""

    choice: Choice
    why_not: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One kind of record on one page."""

    wanted: Wanted
    records: tuple[Reading, ...]
    nodes: tuple[Nodes, ...]  # of the records of a list
    confidence: float
    considered: Mapping[str, tuple[Choice, ...]]
    runners_up: Mapping[str, tuple[RunnerUp, ...]]
    undecided: frozenset[str]


def explain(view: PageView, wanted: Wanted, groups: Sequence[Group]) -> Explained:
    """What is read of one wish, with everything that was weighed."""
    if wanted.many:
        listed = read_list(view, wanted, groups=groups)
        readings = tuple(one.reading for one in listed.records)
        choices, undecided, nodes, confidence = (
            listed.considered, listed.undecided, listed.nodes, listed.confidence,
        )  # fmt: skip
    else:
        found = read_record(view, wanted)
        readings, nodes, confidence = (found.reading,) if found.reading.values else (), (), found.confidence
        choices, undecided = considered(view, wanted), frozenset(found.undecided)
    by_path = dict(_elements(view, choices))
    beaten = {name: tuple(_beaten(readings, name, of, by_path, view)) for name, of in choices.items()}
    return Explained(wanted, readings, nodes, confidence, choices, beaten, undecided)


def _elements(view: PageView, choices: Mapping[str, Sequence[Choice]]) -> Iterator[tuple[str, Element]]:
    root = view.outline.root
    for path in {one.value.source.path for of in choices.values() for one in of}:
        node = node_at(root.node, path) if root is not None else None
        element = view.outline.of(node) if node is not None else None
        if element is not None:
            yield path, element


def _beaten(
    readings: Sequence[Reading],
    name: str,
    choices: Sequence[Choice],
    by_path: Mapping[str, Element],
    view: PageView,
) -> Iterator[RunnerUp]:
    taken = [_each(one.values[name]) for one in readings if name in one.values]
    places = {_place(value.source) for values in taken for value in values}
    said = {value_key(value.value) for values in taken[:1] for value in values}
    for one in choices:
        if _place(one.value.source) not in places and value_key(one.value.value) not in said:
            best = choices[0] if taken else None
            yield RunnerUp(one, why_not(one, best, by_path.get(one.value.source.path), view))


def _each(found: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return (found,) if isinstance(found, Value) else found


def _place(source: Source) -> tuple[str, ...]:
    return (source.path, source.attribute, source.inside)


def why_not(choice: Choice, best: Choice | None, element: Element | None, view: PageView) -> str:
    """What speaks against a value, in a few words."""
    reasons = []
    shown = element is not None and choice.value.source.how is How.SCORER
    if shown and element is not None:
        if is_struck(element):
            reasons.append("crossed out")
        if zone := _ZONES.get(view.surface.zones[element.number]):
            reasons.append(f"stands in {zone}")
    value = choice.value.value
    if isinstance(value, dict) and "currency" in value and not value["currency"]:
        reasons.append("has no currency")
    if best is not None:
        reasons.append(f"{choice.score:.2f} sure where another is {best.score:.2f}")
    elif choice.score < LEAST:
        reasons.append(f"only {choice.score:.2f} sure")
    return ", ".join(reasons)
