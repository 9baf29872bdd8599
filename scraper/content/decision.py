"""What was decided about one block."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """One block of a page, kept or dropped."""

    text: str
    place: str  # its element with the nearest ancestors, as a path
    chance: float  # how likely it belongs to the main content
    is_kept: bool
    kind: str  # why it was dropped; empty when kept
