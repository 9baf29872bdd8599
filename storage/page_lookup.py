"""Finds a stored page by any spelling of its URL."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from storage.address import Address, KeyRules, parse
from storage.bodies import Bodies
from storage.ledger import Connection
from storage.runs import rules_in_use
from storage.sealed_row import read_row

_VERSIONS = (
    "SELECT k.visit, r.id, r.ended_at, f.name, k.row FROM known k JOIN runs r USING (run)"
    " LEFT JOIN files f USING (file)"
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
    dom: bytes | None = None  # what a browser made of it, in UTF-8; read in place of the body
    dom_digest: bytes = b""

    @property
    def read(self) -> bytes | None:
        """What is read in the page."""
        return self.dom or self.body


class PageLookup:
    """Looks pages up in one workspace."""

    def __init__(self, workspace: Path, bodies: Bodies) -> None:
        self._workspace = workspace
        self._bodies = bodies

    def find(
        self, connection: Connection, url: str, run: int | None = None, at: float | None = None
    ) -> StoredPage | None:
        """The newest version under the exact URL, else under its key by any list of dropped parameters."""
        nearest: _Version | None = None
        for address in _spellings(connection, url):
            version = self._newest(connection, address, run, math.inf if at is None else at)
            if version is not None and version.url == address.fetch:
                nearest = version
                break
            nearest = nearest or version
        return None if nearest is None else self._page(connection, nearest)

    def _page(self, connection: Connection, version: "_Version") -> StoredPage:
        page = version.page(self._bodies.read(connection, version.visit))
        row = connection.execute("SELECT digest FROM doms WHERE visit = ?", (version.visit,)).fetchone()
        if row is None:
            return page
        return replace(page, dom=self._bodies.dom(connection, version.visit), dom_digest=row[0])

    def find_body(self, connection: Connection, url: str, run: int | None = None) -> bytes | None:
        """The body alone: where nothing has to be chosen between, no other column is read."""
        addresses = list(_spellings(connection, url))
        if len(addresses) == 1:
            versions = connection.execute(_VERSIONS, (addresses[0].digest, run, run)).fetchmany(2)
            if len(versions) < 2:
                return self._bodies.read(connection, versions[0][0]) if versions else None
        page = self.find(connection, url, run)
        return None if page is None else page.body

    def _newest(
        self, connection: Connection, address: Address, run: int | None, at: float
    ) -> "_Version | None":
        """By date, not by run: what was imported may be older than what was crawled before."""
        newest: _Version | None = None
        for visit, run_id, ended_at, name, row in connection.execute(
            _VERSIONS, (address.digest, run, run)
        ).fetchall():
            if newest is not None and ended_at is not None and ended_at <= newest.fetched_at:
                break  # nothing in this run or before it can be newer
            values = self._row(connection, visit, name, row)
            if values is None or values["fetched_at"] > at:
                continue
            if newest is None or values["fetched_at"] > newest.fetched_at:
                newest = _Version(visit, run_id, values)
        return newest

    def _row(
        self, connection: Connection, visit: int, name: str | None, row: int | None
    ) -> dict[str, Any] | None:
        if name is None or row is None:
            found = connection.execute(_PENDING, (visit,)).fetchone()
            return None if found is None else dict(zip(_COLUMNS, found, strict=True))
        values = read_row(self._workspace / name, row, _COLUMNS)
        return values | {"fetched_at": values["fetched_at"].timestamp()}


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a page, before its body is read."""

    visit: int
    run: str
    values: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.values["url"])

    @property
    def fetched_at(self) -> float:
        return float(self.values["fetched_at"])

    def page(self, body: bytes | None) -> StoredPage:
        values = self.values
        return StoredPage(
            visit=self.visit,
            run=self.run,
            url=self.url,
            outcome=values["outcome"],
            reason=values["reason"],
            status=values["status"],
            fetched_at=self.fetched_at,
            content_type=values["content_type"],
            charset=values["charset"],
            title=values["title"],
            language=values["language"],
            canonical=values["canonical"],
            location=values["fetch_redirect"],
            headers=tuple((name, value) for name, value in json.loads(values["headers"])),
            digest=values["digest"] or b"",
            body=body,
        )


@lru_cache(maxsize=64)
def _rules(text: str) -> KeyRules:
    return KeyRules.from_json(text)


def _spellings(connection: Connection, url: str) -> Iterator[Address]:
    seen = set()
    for text in rules_in_use(connection):
        rules = _rules(text)
        address = parse(url, rules=rules)
        if address.key not in seen:
            seen.add(address.key)
            yield address
