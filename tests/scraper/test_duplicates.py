from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest

from scraper.barren import JUDGED_AFTER, BarrenShapes
from scraper.content.fingerprint import fingerprint
from scraper.duplicates import MOST_ALIKE, Duplicates
from scraper.stored_print import as_bytes, from_bytes
from storage.words import Lease, Link, Outcome, Page, ReadContent, Rendering, Visit

STORY = "Rivers. " + " ".join(f"{a}{b}" for a in ("hill", "sea", "town", "bank", "mill") for b in range(200))


def visit(text: str, body: str = "", outcome: Outcome = Outcome.FETCHED) -> Visit:
    stored = as_bytes(fingerprint(text)) if text else b""
    page = Page(digest=sha256((body or text).encode()).digest(), content=ReadContent(1, fingerprint=stored))
    return Visit(Lease(1, 1, 0.0, Link("http://a.test/", b"", "a.test")), outcome, "ok", 0.0, page=page)


def firsts(visits: Sequence[Visit], duplicates: Duplicates | None = None) -> list[bytes | None]:
    marked = (duplicates or Duplicates()).marked(visits)
    return [each.page.content.duplicate_of for each in marked if each.page.content]


def test_a_text_that_was_there_names_the_first_body() -> None:
    first, other = visit(STORY), visit("Another thing altogether is told on this page here. " * 8)
    again, near = visit(STORY, "other bytes"), visit(STORY + " today", "more bytes")
    digest = first.page.digest
    assert firsts([first, other, again, near]) == [None, None, digest, digest]


def test_the_same_body_is_no_duplicate_of_itself() -> None:
    assert firsts([visit(STORY), visit(STORY)]) == [None, None]


def test_pages_of_one_body_are_known_by_what_a_browser_made_of_them() -> None:
    first, second, third = (visit(STORY, "the shell") for _ in range(3))
    rendered = Rendering("always", dom_digest=sha256(b"one").digest())
    first = replace(first, page=replace(first.page, rendering=rendered))
    third = replace(third, page=replace(third.page, dom_digest=sha256(b"one").digest()))
    assert firsts([first, second, third]) == [None, rendered.dom_digest, None]


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED])
def test_what_is_not_stored_is_no_first(outcome: Outcome) -> None:
    assert firsts([visit(STORY, "a", outcome), visit(STORY, "b")]) == [None, None]


def test_pages_without_a_text_repeat_nothing() -> None:
    assert firsts([visit("", "a"), visit("", "b")]) == [None, None]


def test_what_was_committed_before_is_known() -> None:
    first = visit(STORY)
    assert first.page.content is not None
    known = Duplicates([(first.page.digest, first.page.content.fingerprint)])
    assert firsts([visit(STORY, "b")], known) == [first.page.digest]


def test_products_of_one_template_are_told_apart_however_many_there_are() -> None:
    shared = (
        "A cup of fired clay with a glaze of ash, made by hand in our own workshop and sent in straw. " * 4
    )
    products = [visit(f"{shared}Article K{n} in colour number {n} costs {n}.99", str(n)) for n in range(200)]
    assert len(products) > MOST_ALIKE
    found = firsts([*products, visit(f"{shared}Article K199 in colour number 199 costs 199.99", "again")])
    assert found[-1] == products[-1].page.digest
    assert sum(first is not None for first in found[:-1]) < len(products) / 20


def test_a_fingerprint_survives_the_store() -> None:
    for text in ("", STORY, "x" * 9):
        assert from_bytes(as_bytes(fingerprint(text))) == fingerprint(text)


def test_shapes_hear_of_every_text_whether_it_was_new() -> None:
    shapes = BarrenShapes()
    duplicates = Duplicates(shapes=shapes)
    print_views = [
        replace(visit(STORY), lease=Lease(n, 1, 0.0, Link(f"http://a.test/print/{n}", b"", "a.test")))
        for n in range(JUDGED_AFTER)
    ]
    duplicates.marked([visit(STORY), visit("", "no text"), *print_views])
    assert shapes.setback("http://a.test/print/next") > 0
    assert shapes.setback("http://a.test/") == 0
