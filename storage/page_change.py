"""What can become of a page between two runs of a job."""

from dataclasses import dataclass
from enum import StrEnum

from storage.runs import Run


class Change(StrEnum):
    """What became of a page since; each page is in one of them."""

    NEW = "new"  # stored for the first time
    CHANGED = "changed"  # says something else: its main text, or its body where no text was read
    TOUCHED = "touched"  # other bytes, the same text
    UNCHANGED = "unchanged"
    MOVED = "moved"  # was stored, is a redirect now
    GONE = "gone"  # was stored, is 404 or 410 now
    UNREAD = "unread"  # was stored, was refused or failed this time
    UNLINKED = "unlinked"  # was stored, and nothing leads there now


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of one comparison; what cannot be said yet is missing."""

    before: Run
    counts: dict[Change, int]
