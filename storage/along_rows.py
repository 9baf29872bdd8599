"""Pages that came along with others, without a request of their own; one commit keeps both."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from storage.connection import Connection
from storage.visit_rows import DONE, KEY_BYTES, Added, HostNumbers
from storage.waiting_rows import earlier
from storage.words import Outcome, Visit

Commit = Callable[[Connection, int, Sequence[Visit], HostNumbers], Added]

_INSERT_KNOWN = "INSERT OR IGNORE INTO known (run, key, state, links_left) VALUES (?, ?, ?, ?)"


def bringing_along(commit: Commit) -> Commit:
    """The same commit, also of what came along and is new to the run; the first to bring it counts."""

    def commit_all(connection: Connection, run: int, visits: Sequence[Visit], hosts: HostNumbers) -> Added:
        whole = [one for visit in visits for one in (visit, *_numbered(connection, run, visit))]
        return commit(connection, run, whole, hosts)

    return commit_all


def _numbered(connection: Connection, run: int, visit: Visit) -> Iterator[Visit]:
    for one in visit.along:
        link = one.lease.link
        cursor = connection.execute(_INSERT_KNOWN, (run, link.key, DONE, link.left))
        if not cursor.rowcount or cursor.lastrowid is None:
            continue  # it waits to be visited, or was
        before = earlier(connection, run, link.key) if run > 1 else None
        numbered = replace(one, lease=replace(one.lease, visit=cursor.lastrowid, earlier=before))
        if before is not None and before.digest == one.page.digest[:KEY_BYTES]:
            numbered = replace(numbered, outcome=Outcome.UNCHANGED, page=replace(one.page, body=b""))
        yield numbered
