"""Records as they are handed over and stored: one row each, and what replaces what."""

from typing import NamedTuple


class RecordRow(NamedTuple):
    """One extracted record; of several decisions about the same one the highest is current."""

    host: str
    url: str
    visit: int
    run: str
    key: bytes
    record: str
    ordinal: int
    decision: int
    decided_at: int  # microseconds since the epoch
    data: str  # JSON object: field -> value
    sources: str  # JSON object: field -> how the value was obtained


class Decision(NamedTuple):
    """One decision about one type of record on one visit: its rows come and go together."""

    visit: int
    record: str
    decision: int


def decision_of(row: RecordRow) -> Decision:
    """The decision that a row belongs to."""
    return Decision(row.visit, row.record, row.decision)
