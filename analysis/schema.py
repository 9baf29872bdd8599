"""A report as data: what report.json holds and every other format is made from."""

import datetime
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from analysis.accounts import Coverage, HostTally, Methods, Tally
from analysis.claim import Claim, Digest, Quote, Unverified
from analysis.exhibits import Contradiction, Exhibit
from analysis.part import Part

SCHEMA_VERSION = 2


class Writer(StrEnum):
    """Who wrote a section; a section that a better one could not write is left to the next."""

    DEEP = "deep"
    FAST = "fast"
    EXTRACTIVE = "extractive"


class Section(Part):
    """Claims under one title; those of a section that answers a question may be none."""

    title: str
    writer: Writer
    claims: tuple[Claim, ...] = ()
    question: str = ""
    note: str = ""
    """A sentence on how it came about, such as why another writer did not write it."""


class Keyphrase(Part):
    """Words that tell these pages from others."""

    words: str
    pages: int = Field(ge=1)
    """On how many of the pages it was met; sentences of large corpora are sampled."""


class Source(Part):
    """A page that is cited; numbers count from 1 in the order of the report."""

    number: int = Field(ge=1)
    url: str
    title: str
    body_digest: Digest
    citations: int = Field(ge=1)


class Cited(NamedTuple):
    """One citation of a page."""

    url: str
    body_digest: Digest
    title: str


class Report(Part):
    """Everything a report says."""

    schema_version: Literal[2] = 2
    job: str
    run: str
    number: int = Field(ge=0)
    """Of the run among those of its job."""
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    ending: str
    summary: Section
    sections: tuple[Section, ...]
    keyphrases: tuple[Keyphrase, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    data: tuple[Exhibit, ...] = ()
    trends: tuple[Exhibit, ...] = ()
    coverage: Coverage
    tallies: tuple[Tally, ...]
    hosts: tuple[HostTally, ...]
    methods: Methods
    sources: tuple[Source, ...]
    appendix: tuple[Unverified, ...] = ()

    @model_validator(mode="after")
    def _lists_what_it_cites(self) -> Self:
        if self.sources != numbered(self.cited()):
            raise ValueError("the sources are not the cited pages")
        return self

    def claims(self) -> Iterator[tuple[Section, Claim]]:
        """Every claim with its section, in the order of the report."""
        for section in (self.summary, *self.sections):
            for claim in section.claims:
                yield section, claim

    def quotes(self) -> tuple[Quote, ...]:
        """Every quote in the order of the report, those of the appendix last."""
        return (
            *(quote for _, claim in self.claims() for quote in claim.quotes),
            *(quote for one in self.contradictions for side in one.sides for quote in side.quotes),
            *(quote for one in self.appendix for quote in one.quotes),
        )

    def cited(self) -> Iterator[Cited]:
        """Every citation outside of the appendix, in the order of the report."""
        return citations((self.summary, *self.sections), self.contradictions)


def citations(sections: Iterable[Section], contradictions: Iterable[Contradiction]) -> Iterator[Cited]:
    """What these parts of a report cite."""
    for section in sections:
        for claim in section.claims:
            for quote in claim.quotes:
                yield Cited(quote.url, quote.body_digest, quote.title)
    for one in contradictions:
        for side in one.sides:
            for quote in side.quotes:
                yield Cited(quote.url, quote.body_digest, quote.title)
            for record in side.records:
                yield Cited(record.url, record.body_digest, record.title)


def numbered(cited: Iterable[Cited]) -> tuple[Source, ...]:
    """The cited pages in the order of their first citation."""
    by_page: dict[tuple[str, Digest], list[Cited]] = {}
    for one in cited:
        by_page.setdefault((one.url, one.body_digest), []).append(one)
    return tuple(
        Source(number=number, url=url, title=same[0].title, body_digest=digest, citations=len(same))
        for number, ((url, digest), same) in enumerate(by_page.items(), start=1)
    )
