"""Takes a page apart: its blocks, and the facts that it states about itself."""

from dataclasses import dataclass
from typing import Protocol

from scraper.content.blocks import Blocks
from scraper.content.facts import Facts, read_head, read_things
from scraper.content.tree import Tree
from scraper.content.walk import read_blocks


class Page(Protocol):
    """A parsed page, as `scraper.document` gives it."""

    @property
    def tree(self) -> Tree: ...
    @property
    def title(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def canonicals(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that is looked at to decide what a page says."""

    found: Blocks
    facts: Facts


def read_parts(page: Page, url: str) -> Parts:
    """One pass over the tree of a page."""
    body = page.tree.body
    found = read_blocks(body) if body is not None else Blocks()
    facts, scripts = read_head(page.tree.head, url)
    facts.things = read_things(scripts + found.scripts)
    names = []
    for node in (page.tree.root, body):
        if node is not None:
            attributes = node.attributes
            names += [attributes.get("class") or "", attributes.get("id") or ""]
    facts.body_names = " ".join(names)
    return Parts(found, facts)
