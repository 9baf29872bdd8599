"""Makes one flat thing of what the head of a page declares: OpenGraph, product metas, plain names."""

from scraper.selection.found import How
from scraper.selection.outline import Element
from scraper.selection.structured.thing import MOST_FACTS, Fact, Thing, type_name

_LONGEST = 5_000


def declared(elements: list[Element]) -> Thing:
    """The names of meta elements as keys, and the canonical address; labels with data as labelled facts."""
    thing = Thing(How.OPEN_GRAPH, frozenset())
    labels: dict[str, str] = {}
    for element in elements[:MOST_FACTS]:
        attributes = element.attributes
        if element.tag == "link":
            if "canonical" in (attributes.get("rel") or "").lower().split() and attributes.get("href"):
                thing.facts.append(Fact("canonical", attributes["href"] or "", element, "href", "", 0))
            continue
        name = (attributes.get("property") or attributes.get("name") or "").strip().lower()
        content = (attributes.get("content") or "")[:_LONGEST]
        if not name or not content.strip():
            continue
        if name.startswith("twitter:label"):
            labels[name.removeprefix("twitter:label")] = content
            continue
        label = labels.get(name.removeprefix("twitter:data"), "") if name.startswith("twitter:data") else ""
        thing.facts.append(Fact(name, content, element, "content", "", _group(name), label))
    kind = thing.first("og:type")
    thing.types = frozenset({type_name(kind.replace(".", "/"))}) if kind else frozenset()
    return thing


def _group(name: str) -> int:
    """`product:price:amount` and `product:price:currency` belong together."""
    return sum(map(ord, name.rpartition(":")[0])) + 1_000_000
