"""What a run has downloaded so far."""

from typing import NamedTuple

from storage.connection import Connection

_DOWNLOADED = (
    "SELECT count(*), coalesce(sum(bytes), 0) FROM known JOIN page_files USING (visit)"
    " JOIN kept_files USING (sha256) WHERE run = ? AND kind = 'download'"
)


class Downloaded(NamedTuple):
    """Files of one run, each page's own counted."""

    files: int
    bytes: int


def downloaded(connection: Connection, run: int) -> Downloaded:
    """Counts what is committed."""
    return Downloaded(*connection.execute(_DOWNLOADED, (run,)).fetchone())
