"""Claims and their proof: the words of stored pages that they rest on."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from analysis.part import Part

Digest = str


class Quote(Part):
    """Whole sentences of a stored page, at [start, end) of the text that `engine` makes of the body.

    The anchor are the words inside of them that the claim rests on; `before` and `after` stand around.
    """

    url: str
    title: str
    body_digest: Digest = Field(pattern=r"^([0-9a-f]{2})*$")
    engine: str
    start: int = Field(ge=0)
    end: int
    words: str = Field(min_length=1)
    anchor_start: int
    anchor_end: int
    before: str = ""
    after: str = ""
    page: int | None = Field(default=None, ge=1)
    """The page that the anchor begins on, where the source is a document with pages."""
    pages: int = Field(default=1, ge=1)
    """On how many of the pages read the same words stand."""
    copies: int = Field(default=0, ge=0)
    """How many other pages are copies or near-duplicates of this one."""
    cluster: Digest = Field(default="", pattern=r"^([0-9a-f]{2})*$")
    """The page that was read for all its near-duplicates, by its body; empty: this one."""

    @model_validator(mode="after")
    def _encloses(self) -> Self:
        if self.end - self.start != len(self.words):
            raise ValueError("start and end do not enclose the words")
        if not self.start <= self.anchor_start < self.anchor_end <= self.end:
            raise ValueError("the anchor does not lie inside of the words")
        if len(self.before) > self.start:
            raise ValueError("there is more before the words than the page has")
        return self

    @property
    def anchor(self) -> str:
        """The words that the claim rests on."""
        return self.words[self.anchor_start - self.start : self.anchor_end - self.start]

    @property
    def witness(self) -> Digest:
        """Equal for pages that are copies of each other."""
        return self.cluster or self.body_digest


class Level(StrEnum):
    """How much stands behind a claim, in a word."""

    LOW = "low"  # one source, or the sources disagree
    MEDIUM = "medium"
    HIGH = "high"


class Confidence(Part):
    """Computed, never asked of a model: independent sources, the sites they are on, if they agree."""

    clusters: int = Field(ge=1)
    """Pages that say so, copies of each other counted once."""
    domains: int = Field(ge=1)
    """Sites that these are on, by the domain that somebody registered."""
    agreement: float = Field(ge=0, le=1)
    """Of the sources that say something about it, the share that says the same."""
    level: Level

    @model_validator(mode="after")
    def _is_computed(self) -> Self:
        if self.domains > self.clusters:
            raise ValueError("there are more domains than sources on them")
        if self.level is not level_of(self.clusters, self.domains, self.agreement):
            raise ValueError("the level is not what the sources give")
        return self


def level_of(clusters: int, domains: int, agreement: float) -> Level:
    """The word for so many sources."""
    if clusters >= 3 and domains >= 2 and agreement >= 0.75:
        return Level.HIGH
    return Level.MEDIUM if clusters >= 2 and agreement >= 0.5 else Level.LOW


class Claim(Part):
    """One statement that both gates let pass: verified at once, or repaired once and checked again."""

    text: str = Field(min_length=1)
    status: Literal["verified", "repaired"]
    quotes: tuple[Quote, ...] = Field(min_length=1)
    confidence: Confidence


class Unverified(Part):
    """One statement that did not pass; it stands in the appendix and nowhere else."""

    text: str
    status: Literal["unverified"] = "unverified"
    section: str
    """The title of the section that it was written for."""
    reasons: tuple[str, ...] = Field(min_length=1)
    """What was found: a `Refusal` of the first gate, a `Discord` of the second, or `anchor_reused`."""
    quotes: tuple[Quote, ...] = ()
    """What of its evidence does stand in the pages."""
    alleged: tuple[str, ...] = ()
    """What was quoted and stands nowhere."""
