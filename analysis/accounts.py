"""Accounts of how a report came about: what was crawled and read, by whom, and what it cost."""

from typing import Literal, Self

from pydantic import Field, model_validator

from analysis.part import Part

Tier = Literal["deep", "fast", "embed"]


class Tally(Part):
    """How many URLs of the run had this outcome for this reason."""

    outcome: str
    reason: str
    urls: int = Field(ge=0)


class HostTally(Part):
    """How many pages of one host were stored."""

    host: str
    pages: int = Field(ge=0)


class Batch(Part):
    """Pages that were read in one call; a failed one stays visible."""

    number: int = Field(ge=1)
    read: int = Field(ge=0)
    failed: int = Field(ge=0)
    reason: str = ""
    """Why pages of it failed."""


class Coverage(Part):
    """What the report could have read and what it read; the sums close."""

    crawled: int = Field(ge=0)
    """URLs of the run with an outcome."""
    eligible: int = Field(ge=0)
    """Stored pages that hold text or markup."""
    clustered: int = Field(ge=0)
    """Copies and near-duplicates of a page that was read for them."""
    read: int = Field(ge=0)
    empty: int = Field(ge=0)
    """Looked into, but without a word of text."""
    failed: int = Field(ge=0)
    """Was to be read, and could not be."""
    never_read: int = Field(ge=0)
    """Left out because of the job's limit, or ranked below what fits."""
    batches: tuple[Batch, ...] = ()

    @model_validator(mode="after")
    def _closes(self) -> Self:
        parts = self.read + self.clustered + self.empty + self.failed + self.never_read
        if self.eligible != parts or self.eligible > self.crawled:
            raise ValueError("the sums of the coverage do not close")
        if self.batches and (
            sum(batch.read for batch in self.batches) != self.read
            or sum(batch.failed for batch in self.batches) != self.failed
        ):
            raise ValueError("the sums of the batches are not those of the whole")
        return self


class ModelUse(Part):
    """One model, and what it was used for."""

    tier: Tier
    name: str
    digest: str
    effective_context: int = Field(ge=0)
    """Tokens: the least of what was asked for, what the server loaded, and what the model has."""
    calls: int = Field(ge=0)
    failed_calls: int = Field(ge=0)
    prompt_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    seconds: float = Field(ge=0)


class Methods(Part):
    """How the report was made."""

    notes: tuple[str, ...]
    """Sentences for readers."""
    version: str = ""
    """Of Tandem."""
    prompt_version: str = ""
    models: tuple[ModelUse, ...] = ()
    stripped_ids: int = Field(default=0, ge=0)
    """References of a model to pages that do not exist; they were taken out."""
