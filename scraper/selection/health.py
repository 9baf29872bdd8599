"""Whether a field's selectors still do: how often they hit, and whether a run of misses can be chance."""

from dataclasses import asdict, dataclass
from typing import Any

FADES = 0.97  # what a page counts after the next one: some thirty pages are remembered
CHANCE = 0.001  # a run of misses less likely than this is none
LEAST_RUN = 3


@dataclass(slots=True)
class Health:
    """Counts that fade; those of the present run of misses stand apart until it ends."""

    hits: float = 0.0
    pages: float = 0.0
    invalid: float = 0.0  # pages on which something stood there, but nothing of the type
    run: int = 0  # misses since the last hit
    total: int = 0

    @property
    def presence(self) -> float:
        """How often pages of the template have the field, as of before the present run of misses."""
        return (self.hits + 1) / (self.pages + 2)

    @property
    def hit_rate(self) -> float:
        """With the present run."""
        return self.hits / (self.pages + self.run or 1)

    @property
    def is_moved(self) -> bool:
        """Says whether the field must stand elsewhere by now, rather than being absent by chance."""
        return self.run >= LEAST_RUN and (1 - self.presence) ** self.run < CHANCE

    def hit(self) -> None:
        for _ in range(min(self.run, 100)):
            self._fade()
        self.run = 0
        self._fade()
        self.hits += 1
        self.total += 1

    def miss(self, *, is_invalid: bool) -> None:
        self.run += 1
        self.invalid = self.invalid * FADES + is_invalid
        self.total += 1

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 3) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Health":
        known = {name: data[name] for name in ("hits", "pages", "invalid", "run", "total") if name in data}
        return cls(**known)

    def _fade(self) -> None:
        self.hits *= FADES
        self.pages = self.pages * FADES + 1
        self.invalid *= FADES
