"""One set of selectors that pages have elected for a field."""

from dataclasses import dataclass, field
from typing import Any

from scraper.selection.ballot import Votes, as_json, from_json
from scraper.selection.health import Health
from scraper.selection.knowledge import State


@dataclass(slots=True)
class Version:
    """With the votes that elected it, and how it has fared since."""

    number: int
    state: State
    lines: list[tuple[str, Votes]]
    why: str
    health: Health = field(default_factory=Health)

    def as_json(self) -> dict[str, Any]:
        return {
            "selectors": [as_json(line, votes) for line, votes in self.lines],
            "health": self.health.as_json(),
            "why": self.why,
        }

    @classmethod
    def from_json(cls, number: int, state: State, body: dict[str, Any]) -> "Version":
        lines = [from_json(one) for one in body["selectors"]]
        return cls(number, state, lines, body.get("why", ""), Health.from_json(body.get("health", {})))


def lines_of(version: Version | None) -> tuple[str, ...]:
    """Its selectors, best first; none of no version."""
    return tuple(line for line, _ in version.lines) if version is not None else ()
