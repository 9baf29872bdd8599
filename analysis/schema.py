"""A report as data: what report.json holds and every other format is made from."""

import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quote(Part):
    """Words of a stored page: they stand at [start, end) of the text that `engine` makes of the body."""

    url: str
    title: str
    body_digest: str = Field(pattern=r"^([0-9a-f]{2})*$")
    engine: str
    start: int = Field(ge=0)
    end: int
    words: str = Field(min_length=1)
    pages: int = Field(ge=1)
    """On how many of the pages read the same words stand."""

    @model_validator(mode="after")
    def _is_as_long_as_its_words(self) -> Self:
        if self.end - self.start != len(self.words):
            raise ValueError("start and end do not enclose the words")
        return self


class Answer(Part):
    """A question of the job and what the pages say to it; no quotes when they say nothing."""

    question: str
    quotes: tuple[Quote, ...]


class Tally(Part):
    """How many URLs of the run had this outcome for this reason."""

    outcome: str
    reason: str
    urls: int = Field(ge=0)


class HostTally(Part):
    """How many pages of one host were stored."""

    host: str
    pages: int = Field(ge=0)


class Coverage(Part):
    """What the report could have read and what it read; the sums close."""

    crawled: int = Field(ge=0)
    """URLs of the run with an outcome."""
    eligible: int = Field(ge=0)
    """Stored pages that hold text or markup."""
    read: int = Field(ge=0)
    empty: int = Field(ge=0)
    """Read, but without a word of text."""
    unread: int = Field(ge=0)
    """Left out because of the job's limit."""

    @model_validator(mode="after")
    def _closes(self) -> Self:
        if self.eligible != self.read + self.empty + self.unread or self.eligible > self.crawled:
            raise ValueError("the sums of the coverage do not close")
        return self


class Reference(Part):
    """A page that is quoted."""

    url: str
    title: str
    body_digest: str
    quotes: int = Field(ge=1)


class Report(Part):
    """Everything a report says."""

    schema_version: Literal[1] = 1
    job: str
    run: str
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    ending: str
    writer: Literal["extractive"] = "extractive"
    methods: str
    tallies: tuple[Tally, ...]
    hosts: tuple[HostTally, ...]
    coverage: Coverage
    findings: tuple[Quote, ...]
    answers: tuple[Answer, ...]
    references: tuple[Reference, ...]

    def quotes(self) -> tuple[Quote, ...]:
        """Every quote in the order of the report."""
        return (*self.findings, *(quote for answer in self.answers for quote in answer.quotes))
