"""Where tasks go with which tiers there are."""

from collections.abc import Collection

import pytest

from tandem.inference.routing import Task, route
from tandem.inference.words import Tier

ALL = set(Tier)
LAPTOP = {Tier.FAST, Tier.EMBED}


@pytest.mark.parametrize(
    ("task", "available", "failed", "expected"),
    [
        (Task.SELECTION, ALL, "", Tier.FAST),
        (Task.SELECTION, {Tier.DEEP}, "", None),  # the deep tier is never spent on the crawl
        (Task.SELECTION, ALL, "schema twice", Tier.FAST),
        (Task.RELEVANCE, set(), "", None),
        (Task.POINTS, ALL, "", Tier.DEEP),
        (Task.POINTS, LAPTOP, "", Tier.FAST),
        (Task.POINTS, set(), "", None),
        (Task.ANSWER, ALL, "the quote is not there", Tier.DEEP),
        (Task.ANSWER, LAPTOP, "the quote is not there", Tier.FAST),
        (Task.RANKING, {Tier.DEEP}, "", Tier.DEEP),
        (Task.VECTORS, ALL, "", Tier.EMBED),
        (Task.VECTORS, {Tier.FAST, Tier.DEEP}, "", None),
        (Task.PICTURE, LAPTOP, "", None),
        ("something new", ALL, "", Tier.DEEP),
        ("something new", LAPTOP, "", Tier.FAST),
    ],
)
def test_the_table_decides(
    task: str, available: Collection[Tier], failed: str, expected: Tier | None
) -> None:
    assert route(task, available, failed).tier == expected


def test_every_route_says_why() -> None:
    for task in Task:
        for available in (ALL, LAPTOP, set[Tier]()):
            assert route(task, available).reason
    assert route(Task.POINTS, ALL, "schema twice").reason == "escalated: schema twice"
    assert "fast tier does it" in route(Task.POINTS, LAPTOP).reason
    assert "built-in engine" in route(Task.POINTS, ()).reason
