"""Finds the visits that someone wants forgotten: a page's, a host's, a run's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from storage.address import DEFAULT_RULES, KeyRules, NotAnAddress, parse
from storage.file_list import listed
from storage.ledger import Connection
from storage.runs import rules_in_use
from storage.segment import iter_rows

_BY_KEY = "SELECT visit FROM known JOIN runs USING (run) WHERE key = ? AND rules = ?"
_WAITING_OF = "SELECT visit FROM waiting JOIN hosts USING (host) WHERE name = ?"


@dataclass(frozen=True, slots=True)
class PageTarget:
    """Every version of one page, by any spelling of its URL."""

    url: str

    def is_named_in(self, text: str) -> bool:
        """Whether the text is a spelling of this URL."""
        try:
            return parse(text).fetch == parse(self.url).fetch
        except NotAnAddress:
            return False

    def visits(self, connection: Connection, workspace: Path) -> Iterator[int]:
        """The visits, some of them twice."""
        for rules in map(KeyRules.from_json, rules_in_use(connection)):
            key = parse(self.url, rules=rules).digest
            yield from _first(connection, _BY_KEY, key, rules.version)
        # what is known by another key, such as a sitemap
        yield from _stored(connection, workspace, "url", parse(self.url, rules=DEFAULT_RULES).fetch)


@dataclass(frozen=True, slots=True)
class HostTarget:
    """Every page of one host, named as stored rows name it: with its port when it is not the usual one."""

    host: str

    def is_named_in(self, text: str) -> bool:
        """Whether the text names this very host."""
        return re.search(rf"(?<![\w.-]){re.escape(self.host)}(?![\w.-])", text) is not None

    def visits(self, connection: Connection, workspace: Path) -> Iterator[int]:
        """The visits, some of them twice."""
        yield from _first(connection, _WAITING_OF, self.host)
        yield from _stored(connection, workspace, "host", self.host)


@dataclass(frozen=True, slots=True)
class RunTarget:
    """Everything that one run visited; pages that later runs found unchanged stay theirs."""

    run: int

    def is_named_in(self, _text: str) -> bool:
        """What other runs were told says nothing about this one."""
        return False

    def visits(self, connection: Connection, _workspace: Path) -> Iterator[int]:
        """The visits."""
        yield from _first(connection, "SELECT visit FROM known WHERE run = ?", self.run)


Target = PageTarget | HostTarget | RunTarget


def _stored(connection: Connection, workspace: Path, column: str, value: str) -> Iterator[int]:
    yield from _first(connection, f"SELECT visit FROM pending WHERE {column} = ?", value)  # noqa: S608 - url, host
    for file in listed(connection, "pages"):
        for batch in iter_rows(workspace / file.name, "pages", [column, "visit"]):
            yield from batch.filter(pc.equal(batch.column(column), value)).column("visit").to_pylist()


def _first(connection: Connection, query: str, *values: object) -> Iterator[int]:
    yield from (int(visit) for (visit,) in connection.execute(query, values).fetchall())
