"""Refuses words that are to prove too many claims: one line quoted for everything proves nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from analysis.claim import Quote
from analysis.deep.gates import Statement, judged

MOST_USES = 2
REUSED = "anchor_reused"

_Place = tuple[str, int, int]


@dataclass(slots=True)
class Anchors:
    """How often each anchor of a report was used."""

    _uses: Counter[_Place] = field(default_factory=Counter)

    def admit(self, statements: Iterable[Statement]) -> tuple[list[Statement], list[Statement]]:
        """Those that stand on fresh words, and those that do not."""
        admitted, refused = [], []
        for statement in statements:
            fresh = tuple(quote for quote in statement.quotes if self._uses[_place(quote)] < MOST_USES)
            left = judged(replace(statement, quotes=fresh)) if fresh != statement.quotes else statement
            if not fresh or not left.stands:
                refused.append(replace(statement, reasons=(REUSED,)))
                continue
            self._uses.update(_place(quote) for quote in fresh)
            admitted.append(left)
        return admitted, refused


def _place(quote: Quote) -> _Place:
    return quote.body_digest, quote.anchor_start, quote.anchor_end
