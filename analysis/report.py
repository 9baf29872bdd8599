"""Puts a report together: the rows of its run, what was written, and what was counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from analysis.accounts import Coverage, HostTally, Methods, Tally
from analysis.claim import Unverified
from analysis.corpus import Corpus, Listed, read_corpus
from analysis.exhibits import Contradiction, Exhibit
from analysis.extractive import Texts, extracted
from analysis.schema import Keyphrase, Report, Section, citations, numbered
from analysis.verify import TextOf

__all__ = ["Counted", "Plan", "RunFacts", "Written", "assemble", "build_report", "coverage_of"]

MOST_HOSTS = 20
METHODS = (
    "No model took part: every sentence is copied word for word from a stored page.",
    "Pages that are copies or near-duplicates of each other were read once and counted together. Sentences "
    "were ranked by how much they share with the others (LexRank over TF-IDF) and grouped by the words that "
    "they share, answers by BM25; sentences that repeat on many pages were left out, and no two are alike.",
    "Counts, tables and charts come from queries over the stored rows.",
)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the rows of a run say about it."""

    job: str
    run: str
    number: int
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
    version: str = ""  # of Tandem


@dataclass(frozen=True, slots=True)
class Written:
    """What the writers made of the pages."""

    summary: Section
    sections: Sequence[Section]
    coverage: Coverage
    methods: Methods
    keyphrases: Sequence[Keyphrase] = ()
    appendix: Sequence[Unverified] = ()
    contradictions: Sequence[Contradiction] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What queries gave."""

    data: Sequence[Exhibit] = ()
    trends: Sequence[Exhibit] = ()
    contradictions: Sequence[Contradiction] = ()


def assemble(facts: RunFacts, written: Written, counted: Counted) -> Report:
    """The report, its sources numbered as they are cited."""
    contradictions = (*counted.contradictions, *written.contradictions)
    return Report(
        job=facts.job,
        run=facts.run,
        number=facts.number,
        started_at=datetime.fromtimestamp(facts.started_at, UTC),
        ended_at=None if facts.ended_at is None else datetime.fromtimestamp(facts.ended_at, UTC),
        ending=facts.ending,
        summary=written.summary,
        sections=tuple(written.sections),
        keyphrases=tuple(written.keyphrases),
        contradictions=contradictions,
        data=tuple(counted.data),
        trends=tuple(counted.trends),
        coverage=written.coverage,
        tallies=_tallies(facts),
        hosts=_hosts(facts),
        methods=written.methods,
        sources=numbered(citations((written.summary, *written.sections), contradictions)),
        appendix=tuple(written.appendix),
    )


def build_report(
    facts: RunFacts,
    pages: Iterable[Listed],
    text_of: TextOf,
    plan: Plan,
    counted: Counted = Counted(),
) -> Report:
    """A report without a model; reads at most `max_pages` of the pages and keeps none of their texts."""
    corpus = read_corpus(pages, plan.max_pages)
    made = extracted(corpus, Texts(text_of), plan.questions)
    written = Written(
        summary=made.summary.model_copy(update={"note": made.summary.note or lead(counted)}),
        sections=(*made.answers, *made.themes),
        coverage=coverage_of(facts, corpus),
        methods=Methods(notes=METHODS, version=plan.version),
        keyphrases=made.keyphrases,
    )
    return assemble(facts, written, counted)


def lead(counted: Counted) -> str:
    """What was counted, in a line: it stands before the first claim."""
    told = (f"{one.title}: {' '.join(one.notes[:-1])}" for one in counted.data)
    return " ".join(told)


def coverage_of(facts: RunFacts, corpus: Corpus) -> Coverage:
    """The account of a corpus that was read whole."""
    done = corpus.read + corpus.empty + corpus.failed + corpus.clustered
    return Coverage(
        crawled=sum(urls for _, _, urls in facts.tallies),
        eligible=facts.eligible,
        clustered=corpus.clustered,
        read=corpus.read,
        empty=corpus.empty,
        failed=corpus.failed,
        never_read=facts.eligible - done,
    )


def _tallies(facts: RunFacts) -> tuple[Tally, ...]:
    rows = sorted(facts.tallies, key=lambda row: (-row[2], row[0], row[1]))
    return tuple(Tally(outcome=outcome, reason=reason, urls=urls) for outcome, reason, urls in rows)


def _hosts(facts: RunFacts) -> tuple[HostTally, ...]:
    rows = sorted(facts.hosts, key=lambda row: (-row[1], row[0]))[:MOST_HOSTS]
    return tuple(HostTally(host=host, pages=pages) for host, pages in rows)
