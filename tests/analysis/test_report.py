"""A report from rows and pages."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import ValidationError

from analysis.cite import claim_of
from analysis.claim import Quote
from analysis.corpus import Listed, SourcePage
from analysis.report import Plan, RunFacts, build_report
from analysis.schema import Report, Section, Writer
from analysis.verify import Flaw, TextOf, verify
from tests.analysis.conftest import listed
from tests.analysis.sample import sample

MakePage = Callable[..., SourcePage]

FACTS = RunFacts(
    job="huts",
    run="huts-1",
    number=1,
    started_at=1_790_000_000.0,
    ended_at=1_790_000_017.0,
    ending="complete",
    tallies=[("refused", "robots", 2), ("fetched", "ok", 4), ("fetched", "redirected", 1)],
    hosts=[("b.test", 1), ("a.test", 3)],
    eligible=4,
)
PLAN = Plan()
TEXTS = (
    "Imprint\nThe Valdor hut stands at 2,314 m and has 48 beds for guests.",
    "The Kaltenberg hut was rebuilt in stone after the fire of 1931.",
    "",
    "Water from the spring below the pass runs dry in most Septembers.",
)


@pytest.fixture
def pages(page: MakePage) -> list[SourcePage]:
    return [page(text, f"http://a.test/{place}", f"Page {place}") for place, text in enumerate(TEXTS)]


def text_of(pages: list[SourcePage]) -> TextOf:
    texts = {(page.url, page.digest.hex(), page.engine): page.text for page in pages}
    return lambda url, digest, engine: texts.get((url, digest, engine))


def is_stored(url: str, digest: str) -> bool:
    return True


def report_of(pages: list[SourcePage], plan: Plan = PLAN, facts: RunFacts = FACTS) -> Report:
    return build_report(facts, map(listed, pages), text_of(pages), plan)


def test_every_quote_stands_in_its_page_word_for_word(pages: list[SourcePage]) -> None:
    report = report_of(pages, Plan(["How many beds has the Valdor hut?"]))
    assert len(report.summary.claims) == 2  # what answers is not told twice
    assert report.sections[0].claims[0].text == "The Valdor hut stands at 2,314 m and has 48 beds for guests."
    assert list(verify(report, text_of(pages), is_stored)) == []


def test_a_quote_shows_what_stands_around_it(page: MakePage) -> None:
    text = "First one here. Second one here. The Kaltenberg hut was rebuilt in stone in 1931. Then it burned."
    quote = report_of([page(text)], facts=replace(FACTS, eligible=1)).summary.claims[0].quotes[0]
    assert quote.before + quote.words + quote.after == text


def test_changed_or_lost_pages_are_found_out(pages: list[SourcePage]) -> None:
    report = report_of(pages)
    assert {each.flaw for each in verify(report, lambda url, digest, engine: None, is_stored)} == {
        Flaw.PAGE_GONE
    }
    changed = {page.digest.hex(): page.text.replace("48", "84") for page in pages}
    [unproved] = verify(report, lambda url, digest, engine: changed[digest], is_stored)
    assert unproved.flaw == Flaw.WORDS_DIFFER
    assert isinstance(unproved.cited, Quote)
    assert "48 beds" in unproved.cited.words


def test_words_forged_around_a_quote_are_found_out(pages: list[SourcePage]) -> None:
    report = report_of(pages)
    quote = report.summary.claims[0].quotes[0]
    forged = claim_of(quote.words, [quote.model_copy(update={"after": "And that is not so."})])
    summary = report.summary.model_copy(update={"claims": (forged,)})
    [unproved] = verify(report.model_copy(update={"summary": summary}), text_of(pages), is_stored)
    assert unproved.flaw == Flaw.AROUND_DIFFERS


def test_words_clipped_out_of_their_sentence_are_found_out(page: MakePage) -> None:
    source = page("One stands before. The hut is open in winter, they say, but it is not.\nA last line.")
    report = report_of([source], facts=replace(FACTS, eligible=1))
    quote = report.summary.claims[0].quotes[0]
    end = quote.start + 27
    cut = {"words": quote.words[:27], "end": end, "anchor_end": end, "after": ""}
    clipped = quote.model_copy(update=cut)
    assert clipped.words == "The hut is open in winter, "
    summary = report.summary.model_copy(update={"claims": (claim_of(clipped.words, [clipped]),)})
    [unproved] = verify(report.model_copy(update={"summary": summary}), text_of([source]), is_stored)
    assert unproved.flaw == Flaw.CLIPPED


@pytest.mark.parametrize(
    ("claim", "reasons"),
    [
        ("The Valdor hut has 84 beds for guests.", ("number",)),
        ("The Valdor hut does not have 48 beds for guests.", ("negation",)),
        ("The Valdor hut has 48 beds.", ()),
    ],
)
def test_a_claim_that_its_quote_does_not_bear_out_is_found_out(
    claim: str, reasons: tuple[str, ...], pages: list[SourcePage]
) -> None:
    report = report_of(pages)
    [quote] = [quote for quote in report.quotes() if "Valdor" in quote.words]
    summary = report.summary.model_copy(update={"claims": (claim_of(claim, [quote]),)})
    found = list(verify(report.model_copy(update={"summary": summary}), text_of(pages), is_stored))
    assert [(one.flaw, one.reasons) for one in found] == ([(Flaw.CLAIM_DIFFERS, reasons)] if reasons else [])


def test_a_value_whose_page_is_gone_is_found_out() -> None:
    report = sample().model_copy(update={"summary": Section(title="S", writer=Writer.FAST), "sections": ()})
    quoted = report.quotes()[0]
    text = f"{quoted.before}{quoted.words}{quoted.after}"
    assert list(verify(report, lambda *_: text, is_stored)) == []
    [gone] = verify(report, lambda *_: text, lambda url, digest: digest != "cd" * 32)
    assert (gone.flaw, gone.section) == (Flaw.PAGE_GONE, "Contradictions")


def test_counts_are_those_of_the_run_the_largest_first(pages: list[SourcePage]) -> None:
    report = report_of(pages)
    assert [(row.reason, row.urls) for row in report.tallies] == [("ok", 4), ("robots", 2), ("redirected", 1)]
    assert [(row.host, row.pages) for row in report.hosts] == [("a.test", 3), ("b.test", 1)]


def test_coverage_closes_whatever_was_left_out(pages: list[SourcePage]) -> None:
    copies = [listed(pages[0]), *map(listed, pages), Listed(b"lost", lambda: None), listed(pages[1])]
    facts = replace(FACTS, eligible=7)
    figures = build_report(facts, copies, text_of(pages), Plan(max_pages=4)).coverage
    assert figures.model_dump(exclude={"batches"}) == {
        "crawled": 7,
        "eligible": 7,
        "read": 3,
        "clustered": 2,
        "empty": 1,
        "failed": 0,
        "never_read": 1,
    }


def test_more_pages_than_the_run_knows_are_a_bug(pages: list[SourcePage]) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        report_of(pages, facts=replace(FACTS, eligible=2))


def test_only_cited_pages_are_sources(pages: list[SourcePage]) -> None:
    report = report_of(pages, Plan(["How many beds has the Valdor hut?"]))
    quoted = [quote.url for quote in report.quotes()]
    assert {source.url for source in report.sources} == set(quoted)
    assert sum(source.citations for source in report.sources) == len(quoted)
    with pytest.raises(ValidationError, match="not the cited pages"):
        Report.model_validate(report.model_dump() | {"sources": []})


def test_a_run_without_pages_makes_a_report_without_quotes() -> None:
    report = report_of([], Plan(["Why?"]), replace(FACTS, eligible=0, ended_at=None))
    assert (report.quotes(), report.sources, report.ended_at) == ((), (), None)
    assert [section.question for section in report.sections] == ["Why?"]


def test_the_same_run_gives_the_same_report(pages: list[SourcePage]) -> None:
    plan = Plan(["What happened in 1931?"])
    assert report_of(pages, plan) == report_of(pages, plan)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"end": 4}, "do not enclose"),
        ({"anchor_end": 9}, "inside of the words"),
        ({"before": "more than there is"}, "more before the words"),
    ],
)
def test_a_quote_cannot_claim_another_place(changes: dict[str, object], said: str) -> None:
    values = {
        "url": "u",
        "title": "t",
        "body_digest": "00",
        "engine": "e",
        "start": 0,
        "end": 3,
        "words": "abc",
    }
    with pytest.raises(ValidationError, match=said):
        Quote.model_validate(values | {"anchor_start": 0, "anchor_end": 3} | changes)
