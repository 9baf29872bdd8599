"""What was found about one thing that Tandem needs or could use."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a thing is."""

    GOOD = "good"
    LIMITED = "limited"  # a job runs, with less
    BROKEN = "broken"  # no job can run


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    health: Health
    found: str
    cost: str = ""  # what does not work because of it
    remedy: str = ""  # the command that mends it
