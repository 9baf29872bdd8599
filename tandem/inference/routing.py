"""Which tier does which task, and why: a table, and nothing else decides."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from tandem.inference.words import Tier


class Task(StrEnum):
    """What is asked of models."""

    SELECTION = "selection"  # where the fields of a template are
    RELEVANCE = "relevance"  # whether a page is about the topic
    PAGE_TYPE = "page_type"
    RANKING = "ranking"  # which pages matter for a question
    EXPANSION = "expansion"  # other words for a question
    POINTS = "points"  # what a batch of pages says, with quotes
    REPAIR = "repair"  # a point whose quote did not hold
    SYNTHESIS = "synthesis"  # points into findings
    SUMMARY = "summary"
    ANSWER = "answer"  # a person's question
    VECTORS = "vectors"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class _Row:
    tier: Tier
    why: str
    instead: Tier | None = None  # when the tier is not there; None means the built-in engine
    may_escalate: bool = False  # there is a check in code that can fail


_TABLE = {
    Task.SELECTION: _Row(Tier.FAST, "a pick among candidates is short, and the crawl goes on meanwhile"),
    Task.RELEVANCE: _Row(Tier.FAST, "yes or no"),
    Task.PAGE_TYPE: _Row(Tier.FAST, "one word of a few"),
    Task.RANKING: _Row(Tier.FAST, "many short judgements", Tier.DEEP),
    Task.EXPANSION: _Row(Tier.FAST, "a few words", Tier.DEEP),
    Task.POINTS: _Row(Tier.DEEP, "reading with care", Tier.FAST, may_escalate=True),
    Task.REPAIR: _Row(Tier.DEEP, "reading with care", Tier.FAST),
    Task.SYNTHESIS: _Row(Tier.DEEP, "reasoning over many points", Tier.FAST),
    Task.SUMMARY: _Row(Tier.DEEP, "writing", Tier.FAST),
    Task.ANSWER: _Row(Tier.DEEP, "reading with care", Tier.FAST, may_escalate=True),
    Task.VECTORS: _Row(Tier.EMBED, "only this tier makes vectors"),
    Task.PICTURE: _Row(Tier.VISION, "only this tier sees"),
}
_UNKNOWN = _Row(Tier.DEEP, "an unknown task goes to the deep tier", Tier.FAST)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a task goes; without a tier the built-in engine does it."""

    task: str
    tier: Tier | None
    reason: str


def route(task: str, available: Collection[Tier], failed_check: str = "") -> Route:
    """The tier for a task, among those that are configured.

    `failed_check` names the check in code that an answer of the fast tier did not pass.
    """
    row = next((row for known, row in _TABLE.items() if known == task), _UNKNOWN)
    if failed_check and row.may_escalate and Tier.DEEP in available:
        return Route(task, Tier.DEEP, f"escalated: {failed_check}")
    if row.tier in available:
        return Route(task, row.tier, row.why)
    if row.instead in available:
        return Route(task, row.instead, f"no {row.tier} tier: the {row.instead} tier does it")
    return Route(task, None, f"no {row.tier} tier: the built-in engine does it")
