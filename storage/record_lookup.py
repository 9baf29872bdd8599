"""Finds the records of a page by any spelling of its URL, sealed or not, in microseconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.address import Address, NotAnAddress, parse
from storage.key import DEFAULT_RULES, KeyRules
from storage.ledger import Connection
from storage.record_pack import BLOCK_ROWS, BLOCKS_IN_BATCH, KEY_PREFIX_BYTES, unpack
from storage.record_row import RecordRow
from storage.runs import rules_in_use
from storage.sealed_records import SealedRecords
from storage.waiting_records import WaitingRecords

_BLOCK = "SELECT frame FROM record_blocks WHERE block = ?"
_FILES = "SELECT name FROM files WHERE part = 'records' AND merged_into IS NULL ORDER BY file"
_HIDES = "SELECT EXISTS (SELECT 1 FROM superseded) OR EXISTS (SELECT 1 FROM forgotten)"
_IS_HIDDEN = (
    "SELECT EXISTS (SELECT 1 FROM forgotten WHERE visit = :visit) OR EXISTS ("
    "SELECT 1 FROM superseded JOIN record_types USING (type)"
    " WHERE visit = :visit AND name = :record AND decision = :decision)"
)


class _Moved(Exception):
    """What was about to be read has been sealed or merged away meanwhile."""


@dataclass(frozen=True, slots=True)
class _View:
    """What does not change until somebody commits."""

    files: tuple[str, ...]
    rules: tuple[KeyRules, ...]
    hides: bool  # some rows are not to be shown


class RecordLookup:
    """Looks records up in one workspace; follows what is committed meanwhile."""

    def __init__(self, workspace: Path) -> None:
        self._sealed = SealedRecords(workspace)
        self._waiting = WaitingRecords()
        self._version = -1
        self._view = _View((), (), hides=False)

    def close(self) -> None:
        """Gives files back."""
        self._sealed.close()

    def find(self, connection: Connection, url: str, run: str | None = None) -> tuple[RecordRow, ...]:
        """The current records of a page of one run, the newest that has some unless it is named."""
        while True:
            self._follow(connection)
            try:
                return self._find(connection, url, run)
            except _Moved:
                self._version = -1

    def _find(self, connection: Connection, url: str, run: str | None) -> tuple[RecordRow, ...]:
        for rules in self._view.rules:
            address = parse(url, rules=rules)
            rows = [
                row
                for row in self._candidates(connection, address)
                if (run is None or row.run == run) and _is_of(row.url, address, rules)
            ]
            if rows:
                return self._current(connection, rows)
        return ()

    def _follow(self, connection: Connection) -> None:
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        connection.execute("BEGIN")
        try:
            self._waiting.follow(connection)
            listed = tuple(KeyRules.from_json(text) for text in rules_in_use(connection))
            files = tuple(str(name) for (name,) in connection.execute(_FILES))
            hides = bool(connection.execute(_HIDES).fetchone()[0])
        finally:
            connection.execute("COMMIT")
        self._view = _View(files, listed or (DEFAULT_RULES,), hides)
        self._sealed.keep_only(files)
        self._version = version

    def _candidates(self, connection: Connection, address: Address) -> Iterator[RecordRow]:
        prefix = int.from_bytes(address.digest[:KEY_PREFIX_BYTES], "big")
        for batch, place in self._waiting.places(prefix):
            yield _waiting_row(connection, batch, place)
        try:
            yield from self._sealed.rows(self._view.files, address.digest)
        except FileNotFoundError as error:
            raise _Moved from error

    def _current(self, connection: Connection, rows: Sequence[RecordRow]) -> tuple[RecordRow, ...]:
        if self._view.hides:
            rows = [row for row in rows if not connection.execute(_IS_HIDDEN, _named(row)).fetchone()[0]]
        if len(rows) < 2:
            return tuple(rows)
        newest = max(row.visit for row in rows)
        return tuple(sorted((row for row in rows if row.visit == newest), key=_place))


def _named(row: RecordRow) -> dict[str, Any]:
    return {"visit": row.visit, "record": row.record, "decision": row.decision}


def _place(row: RecordRow) -> tuple[str, int]:
    return row.record, row.ordinal


def _waiting_row(connection: Connection, batch: int, place: int) -> RecordRow:
    block, row = divmod(place, BLOCK_ROWS)
    found = connection.execute(_BLOCK, (batch * BLOCKS_IN_BATCH + block,)).fetchone()
    if found is None:
        raise _Moved
    return unpack(found[0]).row(row)


def _is_of(url: str, address: Address, rules: KeyRules) -> bool:
    """Whether a stored URL is a spelling of an address: its key only begins like the one looked for."""
    if url == address.fetch:
        return True
    try:
        return parse(url, rules=rules).key == address.key
    except NotAnAddress:
        return False
