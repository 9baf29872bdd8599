"""Builds the report of one run from the rows and pages handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from analysis.answers import answers
from analysis.corpus import Corpus, Passage, SourcePage, read_corpus
from analysis.findings import findings
from analysis.schema import Answer, Coverage, HostTally, Quote, Reference, Report, Tally

__all__ = ["Plan", "RunFacts", "SourcePage", "build_report"]

MOST_HOSTS = 20
METHODS = (
    "Extractive, no model: every sentence is copied word for word from a stored page. Sentences were ranked "
    "by how much they share with the others (LexRank over TF-IDF), answers by BM25; sentences that repeat on "
    "many pages were left out, and no two quotes are alike. Counts come from the rows of the run."
)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the rows of a run say about it."""

    job: str
    run: str
    started_at: float  # seconds since the epoch
    ended_at: float | None
    ending: str  # how the run ended, in words
    tallies: Sequence[tuple[str, str, int]]  # outcome, reason, URLs
    hosts: Sequence[tuple[str, int]]  # host, stored pages
    eligible: int  # stored pages that hold text or markup


@dataclass(frozen=True, slots=True)
class Plan:
    """What the report is to answer, and how much it may read."""

    questions: Sequence[str] = ()
    max_pages: int = 500
    max_findings: int = 12
    max_quotes: int = 3  # per answer


def build_report(facts: RunFacts, pages: Iterable[SourcePage], plan: Plan) -> Report:
    """The report; reads at most `max_pages` of the pages and keeps none of their texts."""
    corpus = read_corpus(pages, plan.max_pages)
    found = tuple(_quote(corpus, passage) for passage in findings(corpus, plan.max_findings))
    answered = tuple(
        Answer(question=question, quotes=tuple(_quote(corpus, passage) for passage in passages))
        for question, passages in zip(
            plan.questions, answers(corpus, plan.questions, plan.max_quotes), strict=True
        )
    )
    quoted = (*found, *(quote for answer in answered for quote in answer.quotes))
    return Report(
        job=facts.job,
        run=facts.run,
        started_at=datetime.fromtimestamp(facts.started_at, UTC),
        ended_at=None if facts.ended_at is None else datetime.fromtimestamp(facts.ended_at, UTC),
        ending=facts.ending,
        methods=METHODS,
        tallies=_tallies(facts),
        hosts=_hosts(facts),
        coverage=_coverage(facts, corpus),
        findings=found,
        answers=answered,
        references=_references(quoted),
    )


def _quote(corpus: Corpus, passage: Passage) -> Quote:
    return Quote(
        url=passage.source.url,
        title=passage.source.title,
        body_digest=passage.source.digest.hex(),
        engine=passage.source.engine,
        start=passage.sentence.start,
        end=passage.sentence.end,
        words=passage.sentence.words,
        pages=corpus.pages_having(passage),
    )


def _tallies(facts: RunFacts) -> tuple[Tally, ...]:
    rows = sorted(facts.tallies, key=lambda row: (-row[2], row[0], row[1]))
    return tuple(Tally(outcome=outcome, reason=reason, urls=urls) for outcome, reason, urls in rows)


def _hosts(facts: RunFacts) -> tuple[HostTally, ...]:
    rows = sorted(facts.hosts, key=lambda row: (-row[1], row[0]))[:MOST_HOSTS]
    return tuple(HostTally(host=host, pages=pages) for host, pages in rows)


def _coverage(facts: RunFacts, corpus: Corpus) -> Coverage:
    return Coverage(
        crawled=sum(urls for _, _, urls in facts.tallies),
        eligible=facts.eligible,
        read=corpus.read,
        empty=corpus.empty,
        unread=facts.eligible - corpus.read - corpus.empty,
    )


def _references(quotes: Iterable[Quote]) -> tuple[Reference, ...]:
    """The quoted pages in the order of their first quote."""
    by_page: dict[tuple[str, str], list[Quote]] = {}
    for quote in quotes:
        by_page.setdefault((quote.url, quote.body_digest), []).append(quote)
    return tuple(
        Reference(url=url, title=same[0].title, body_digest=digest, quotes=len(same))
        for (url, digest), same in by_page.items()
    )
