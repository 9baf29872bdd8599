"""What one commit of an import writes: visits that ended elsewhere and were never leased here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from storage.columns import PageRow
from storage.ledger import Connection
from storage.rendering_rows import keep_arrived
from storage.visit_rows import DONE, KEY_BYTES, NOT_MODIFIED, Tally, validator_of
from storage.words import Outcome

_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_KNOWN = (
    "INSERT OR IGNORE INTO known (run, key, state, links_left, digest, validator, body)"
    " VALUES (?, ?, ?, 0, ?, coalesce(?, (SELECT validator FROM known WHERE visit = ?)), ?)"
)
_PENDING = (
    "INSERT INTO pending (visit, run, url, key, host, kind, depth, links_left, outcome, reason, final,"
    " status, fetched_at, location, headers, content_type, charset, title, language, canonical, digest,"
    " body_bytes, wire_bytes, truncated, rendered, body_of, body, links, request, content_mime_detected,"
    " content_truncated, warc_record_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_HOLDER = (
    "SELECT coalesce(body, visit) FROM known WHERE key = ? AND state = ? AND digest IS NOT NULL"
    " AND (? IS NULL OR digest = ?) AND (? IS NULL OR run = ?) ORDER BY run DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One visit as it came; body and document are zstd frames, `body_visit` is a visit of this workspace."""

    row: PageRow
    links: bytes = b""  # one zstd frame over the msgpack list of [url, text, rel]


def insert_arrivals(connection: Connection, run: int, arrivals: Sequence[Arrival]) -> int:
    """Writes the visits that the run does not know yet; how many those were."""
    tally = Tally(run)
    count = 0
    for arrival in arrivals:
        row = arrival.row
        cursor = connection.execute(_KNOWN, _known_row(run, row))
        if cursor.rowcount:
            visit = cursor.lastrowid or 0
            connection.execute(_PENDING, (visit, run, *_pending_row(arrival)))
            keep_arrived(connection, run, visit, row)
            tally.add(row.kind, row.outcome, row.reason, row.wire_bytes)
            count += 1
    tally.write(connection)
    return count


def _known_row(run: int, row: PageRow) -> tuple[object, ...]:
    is_copy = row.outcome in _STORED and (row.body or row.body_visit is not None)
    if not is_copy or row.digest is None:  # nothing that a later run may build on
        return (run, row.key, DONE, None, None, None, None)
    validator = validator_of([(name, value) for name, value in json.loads(row.headers)])
    confirmed = row.body_visit if row.status == NOT_MODIFIED else None
    return (run, row.key, DONE, row.digest[:KEY_BYTES], validator, confirmed, row.body_visit)


def _pending_row(arrival: Arrival) -> tuple[object, ...]:
    row = arrival.row
    return (
        row.url, row.key, row.host, row.kind, row.depth, row.outcome, row.reason, row.status,
        row.fetched_at / 1e6, row.fetch_redirect, row.headers, row.content_type, row.charset, row.title,
        row.language, row.canonical, row.digest or b"", row.body_bytes, row.wire_bytes,
        bool(row.content_truncated), row.rendered, row.body_visit, row.body, arrival.links, row.request,
        row.content_mime_detected, row.content_truncated, row.warc_record_id,
    )  # fmt: skip


def is_known(connection: Connection, run: int, key: bytes) -> bool:
    """Whether a run has this page."""
    row = connection.execute("SELECT 1 FROM known WHERE key = ? AND run = ?", (key, run)).fetchone()
    return row is not None


def holder_of(
    connection: Connection, key: bytes, digest: bytes | None = None, run: int | None = None
) -> int | None:
    """The visit that holds the body of a page: with this digest, or in this run, where they are given."""
    short = None if digest is None else digest[:KEY_BYTES]
    row = connection.execute(_HOLDER, (key, DONE, short, short, run, run)).fetchone()
    return None if row is None else int(row[0])
