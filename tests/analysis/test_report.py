"""A report from rows and pages."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import ValidationError

from analysis.corpus import SourcePage
from analysis.report import Plan, RunFacts, build_report
from analysis.schema import Quote
from analysis.verify import Flaw, verify

MakePage = Callable[..., SourcePage]

FACTS = RunFacts(
    job="huts",
    run="huts-1",
    started_at=1_790_000_000.0,
    ended_at=1_790_000_017.0,
    ending="complete",
    tallies=[("refused", "robots", 2), ("fetched", "ok", 4), ("fetched", "redirected", 1)],
    hosts=[("b.test", 1), ("a.test", 3)],
    eligible=4,
)
TEXTS = (
    "Imprint\nThe Valdor hut stands at 2,314 m and has 48 beds for guests.",
    "The Kaltenberg hut was rebuilt in stone after the fire of 1931.",
    "",
    "Water from the spring below the pass runs dry in most Septembers.",
)


@pytest.fixture
def pages(page: MakePage) -> list[SourcePage]:
    return [page(text, f"http://a.test/{place}", f"Page {place}") for place, text in enumerate(TEXTS)]


def test_every_quote_stands_in_its_page_word_for_word(pages: list[SourcePage]) -> None:
    report = build_report(FACTS, pages, Plan(["How many beds has the Valdor hut?"]))
    texts = {(page.digest.hex(), page.engine): page.text for page in pages}
    assert len(report.findings) == 3
    assert report.answers[0].quotes[0].words == "The Valdor hut stands at 2,314 m and has 48 beds for guests."
    assert list(verify(report, lambda digest, engine: texts.get((digest, engine)))) == []


def test_changed_or_lost_pages_are_found_out(pages: list[SourcePage]) -> None:
    report = build_report(FACTS, pages, Plan())
    assert {each.flaw for each in verify(report, lambda digest, engine: None)} == {Flaw.PAGE_GONE}
    changed = {page.digest.hex(): page.text.replace("48", "84") for page in pages}
    [unproved] = verify(report, lambda digest, engine: changed[digest])
    assert (unproved.flaw, "48 beds" in unproved.quote.words) == (Flaw.WORDS_DIFFER, True)


def test_counts_are_those_of_the_run_the_largest_first(pages: list[SourcePage]) -> None:
    report = build_report(FACTS, pages, Plan())
    assert [(row.reason, row.urls) for row in report.tallies] == [("ok", 4), ("robots", 2), ("redirected", 1)]
    assert [(row.host, row.pages) for row in report.hosts] == [("a.test", 3), ("b.test", 1)]


def test_coverage_closes_whatever_was_left_out(pages: list[SourcePage]) -> None:
    figures = build_report(FACTS, pages, Plan(max_pages=3)).coverage
    assert figures.model_dump() == {"crawled": 7, "eligible": 4, "read": 2, "empty": 1, "unread": 1}


def test_more_pages_than_the_run_knows_are_a_bug(pages: list[SourcePage]) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        build_report(replace(FACTS, eligible=2), pages, Plan())


def test_only_quoted_pages_are_referenced(pages: list[SourcePage]) -> None:
    report = build_report(FACTS, pages, Plan(["How many beds has the Valdor hut?"], max_findings=1))
    quoted = [quote.url for quote in report.quotes()]
    assert {reference.url for reference in report.references} == set(quoted)
    assert sum(reference.quotes for reference in report.references) == len(quoted)
    assert len(report.references) < len(pages)


def test_a_run_without_pages_makes_a_report_without_quotes() -> None:
    report = build_report(replace(FACTS, eligible=0, ended_at=None), [], Plan(["Why?"]))
    assert (report.quotes(), report.references, report.ended_at) == ((), (), None)
    assert report.answers[0].question == "Why?"


def test_the_same_run_gives_the_same_report(pages: list[SourcePage]) -> None:
    plan = Plan(["What happened in 1931?"])
    assert build_report(FACTS, pages, plan) == build_report(FACTS, pages, plan)


def test_a_quote_cannot_claim_another_place() -> None:
    with pytest.raises(ValidationError, match="do not enclose"):
        Quote(url="u", title="t", body_digest="00", engine="e", start=0, end=4, words="abc", pages=1)
