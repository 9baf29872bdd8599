"""A field may stand in two ways on pages of one template: what is missed is looked into for a while."""

from collections.abc import Collection

from scraper.selection.ballot import Ballot, Votes
from scraper.selection.observation import FieldSeen

LOOKED_INTO = 12  # misses without a new selector


class Beside:
    """The votes of pages on which the built-in engine found what the selectors in use had missed."""

    def __init__(self) -> None:
        self._ballot = Ballot()
        self._left = LOOKED_INTO
        self.why = ""

    @property
    def is_open(self) -> bool:
        """Whether misses are still looked into."""
        return self._left > 0

    @property
    def standing(self) -> tuple[str, ...]:
        """The selectors that are worth a try on more pages."""
        return self._ballot.standing

    def take(
        self, body: bytes, seen: FieldSeen, known: Collection[str], *, may_repeat: bool
    ) -> list[tuple[str, Votes]]:
        """One more miss; the selectors that join those in use, where enough pages agree on them."""
        self._left -= 1
        if not self._ballot.take(body, seen):
            return []
        election = self._ballot.election(may_repeat=may_repeat)
        joined = [one for one in election.lines if one[0] not in known]
        if joined:
            self._ballot, self._left, self.why = Ballot(), LOOKED_INTO, election.why
        return joined
