"""Fingerprints: what is a duplicate, and what only looks like one."""

import pytest

from scraper.content.fingerprint import Seen, are_near, fingerprint
from scraper.content.read import read_html
from tests.scraper.content.sample_pages import STORY, product

LONG = " ".join(STORY * 3)


def test_a_small_change_of_a_long_text_is_a_near_duplicate() -> None:
    changed = LONG + " read more"

    assert are_near(fingerprint(LONG), fingerprint(changed))
    assert fingerprint(LONG).exact != fingerprint(changed).exact


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Pruning saw", "39.50", "PS-1120"), ("Bark spud", "24.00", "BS-0044")),
        (("Pruning saw 180", "39.50", "PS-1120"), ("Pruning saw 240", "44.50", "PS-1180")),
    ],
)
def test_two_products_of_one_template_are_not_duplicates(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    prints = []
    for thing in (one, two):
        content = read_html(product(*thing), "https://orchard.example/products/tool")
        prints.append(fingerprint(content.text, content.title))

    assert not are_near(*prints)


def test_short_texts_are_duplicates_only_when_equal() -> None:
    assert not are_near(fingerprint("Page not found"), fingerprint("Page not there"))
    assert are_near(fingerprint("Page not found"), fingerprint("page  NOT found"))


def test_seen_texts_are_found_again_by_any_near_one() -> None:
    seen = Seen()
    seen.add("first", fingerprint(LONG))

    assert seen.find(fingerprint(LONG)) == "first"
    assert seen.find(fingerprint(LONG + " read more")) == "first"
    assert (
        seen.find(fingerprint("Something else entirely, about pears and nothing that grows in the valley"))
        is None
    )
    assert seen.find(fingerprint("")) is None


def test_a_full_memory_takes_no_more() -> None:
    seen = Seen(capacity=1)
    seen.add("first", fingerprint(LONG))
    seen.add("second", fingerprint(LONG[::-1]))

    assert seen.find(fingerprint(LONG[::-1])) is None
