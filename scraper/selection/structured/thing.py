"""A thing that a page describes to machines, flat: its properties with their paths."""

from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.selection.found import How
from scraper.selection.outline import Element

MOST_FACTS = 3_000  # of one page
# Below these stand other things, never the one that is described.
FOREIGN = frozenset((
    "review", "reviews", "isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "isconsumablefor",
    "hasvariant", "itemlistelement", "mentions", "comment", "comments", "suggestedanswer",
    "acceptedanswer", "breadcrumb", "potentialaction", "ispartof", "citation", "subevent",
    "recommendations", "relateditems", "related", "relatedproducts", "similar", "similarproducts",
    "crosssell", "upsell", "haspart", "sameas",
))  # fmt: skip


class Fact(NamedTuple):
    """One property of a thing as it is written."""

    key: str  # lower case, such as `offers.price`
    text: str
    element: Element  # that holds the text
    attribute: str
    inside: str  # JSON pointer
    group: int  # facts of one inner object share it
    label: str = ""  # where the page names the property in words


@dataclass(slots=True)
class Thing:
    """What is described, by which types."""

    how: How
    types: frozenset[str]  # lower case, without their vocabulary
    facts: list[Fact] = field(default_factory=list)
    is_foreign: bool = False  # it stands below another thing, as a review or a related product does
    order: int = 0

    def first(self, *keys: str) -> str:
        """The first text under one of the keys."""
        for key in keys:
            for fact in self.facts:
                if fact.key == key and fact.text.strip():
                    return fact.text
        return ""

    def beside(self, fact: Fact, *names: str) -> Fact | None:
        """The property of one of the names in the same inner object."""
        for name in names:
            for other in self.facts:
                if other.group == fact.group and other.key.rpartition(".")[2] == name:
                    return other
        return None


def type_name(written: str) -> str:
    """`https://schema.org/Product` is product."""
    return written.strip().rstrip("/#").replace("#", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
