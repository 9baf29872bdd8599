"""Finds a stored page by any spelling of its URL."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.address import Address, KeyRules, parse
from storage.bodies import Bodies
from storage.ledger import Connection
from storage.runs import rules_in_use
from storage.sealed_row import read_row

_VERSIONS = (
    "SELECT k.visit, r.id, f.name, k.row FROM known k JOIN runs r USING (run) LEFT JOIN files f USING (file)"
    " WHERE k.key = ? AND k.state <> 0 AND k.visit NOT IN (SELECT visit FROM forgotten)"
    " AND (? IS NULL OR r.run = ?) ORDER BY k.run DESC"
)
_COLUMNS = (
    "url", "outcome", "reason", "status", "fetched_at", "content_type", "charset", "title", "language",
    "canonical", "fetch_redirect", "headers", "digest",
)  # fmt: skip
_PENDING = (
    "SELECT url, outcome, reason, status, fetched_at, content_type, charset, title, language, canonical,"
    " location, headers, digest FROM pending WHERE visit = ?"
)


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One stored version of a page."""

    visit: int
    run: str
    url: str
    outcome: str
    reason: str
    status: int
    fetched_at: float
    content_type: str
    charset: str
    title: str
    language: str
    canonical: str
    location: str
    headers: tuple[tuple[str, str], ...]
    digest: bytes
    body: bytes | None


class PageLookup:
    """Looks pages up in one workspace."""

    def __init__(self, workspace: Path, bodies: Bodies) -> None:
        self._workspace = workspace
        self._bodies = bodies

    def find(self, connection: Connection, url: str, run: int | None = None) -> StoredPage | None:
        """The newest version under the exact URL, else under its key by any list of dropped parameters."""
        nearest: StoredPage | None = None
        for address in _spellings(connection, url):
            for page in self._versions(connection, address, run):
                if page.url == address.fetch:
                    return page
                nearest = nearest or page
        return nearest

    def _versions(self, connection: Connection, address: Address, run: int | None) -> Iterator[StoredPage]:
        for visit, run_id, name, row in connection.execute(_VERSIONS, (address.digest, run, run)).fetchall():
            values = self._row(connection, visit, name, row)
            if values is not None:
                yield _page(visit, run_id, values, self._bodies.read(connection, visit))

    def _row(
        self, connection: Connection, visit: int, name: str | None, row: int | None
    ) -> Sequence[Any] | None:
        if name is None or row is None:
            found: Sequence[Any] | None = connection.execute(_PENDING, (visit,)).fetchone()
            return found
        values = read_row(self._workspace / name, row, _COLUMNS)
        return [values[column] for column in _COLUMNS]


def _spellings(connection: Connection, url: str) -> Iterator[Address]:
    seen = set()
    listed = [KeyRules.from_json(text) for text in rules_in_use(connection)]
    for rules in listed:
        address = parse(url, rules=rules)
        if address.key not in seen:
            seen.add(address.key)
            yield address


def _page(visit: int, run: str, values: Sequence[Any], body: bytes | None) -> StoredPage:
    named = dict(zip(_COLUMNS, values, strict=True))
    moment = named["fetched_at"]
    return StoredPage(
        visit=visit,
        run=run,
        url=named["url"],
        outcome=named["outcome"],
        reason=named["reason"],
        status=named["status"],
        fetched_at=moment if isinstance(moment, float) else moment.timestamp(),
        content_type=named["content_type"],
        charset=named["charset"],
        title=named["title"],
        language=named["language"],
        canonical=named["canonical"],
        location=named["fetch_redirect"],
        headers=tuple((name, value) for name, value in json.loads(named["headers"])),
        digest=named["digest"] or b"",
        body=body,
    )
