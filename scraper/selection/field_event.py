"""What happens to a field while pages come, explained in words."""

from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """What happened to a field."""

    PROMOTED = "promoted"
    MOVED = "moved"  # misses are no chance any more: it is looked for again
    FOUND_AGAIN = "found again"  # by the same selectors
    ROLLED_BACK = "rolled back"
    GIVEN_UP = "given up"  # for a while


class Event(NamedTuple):
    """One step, explained."""

    field: str
    step: Step
    why: str
