"""How a visit ends: its outcome, the reason, and whether that is the last word."""

from dataclasses import dataclass

from storage.words import Outcome


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """An outcome and its reason; one that is not final is tried again by a continued run."""

    outcome: Outcome
    reason: str
    is_final: bool = True


def fetched(reason: str) -> VisitEnd:
    """The page came over the wire."""
    return VisitEnd(Outcome.FETCHED, reason)


def unchanged(reason: str) -> VisitEnd:
    """The stored copy still holds."""
    return VisitEnd(Outcome.UNCHANGED, reason)


def refused(reason: str) -> VisitEnd:
    """One of our rules said no."""
    return VisitEnd(Outcome.REFUSED, reason)


def failed(reason: str, *, is_final: bool = True) -> VisitEnd:
    """Network or server did not give a page."""
    return VisitEnd(Outcome.FAILED, reason, is_final)
