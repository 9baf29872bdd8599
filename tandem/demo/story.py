"""A story before it is dated and signed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    title: str
    section: str
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    year: int = 0  # of publication, 0 for any
