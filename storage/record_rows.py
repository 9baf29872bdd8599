"""What one commit writes of records: blocks that wait for sealing, and which decision is current."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage.connection import Connection
from storage.record_pack import BLOCKS_IN_BATCH, Claim, PackedRecords, pack
from storage.record_row import Decision, RecordRow

_CLAIM = "INSERT OR IGNORE INTO decided (visit, type, decision, ordinals, rows) VALUES (?, ?, ?, ?, ?)"
_DECIDE = "INSERT OR REPLACE INTO decided (visit, type, decision, ordinals, rows) VALUES (?, ?, ?, ?, ?)"
_KNOWN = "SELECT decision, ordinals, rows FROM decided WHERE visit = ? AND type = ?"
_REPLACE = "INSERT INTO superseded (visit, type, decision, rows) VALUES (?, ?, ?, ?)"
_BATCH = "INSERT INTO record_batches (rows, bytes, keys) VALUES (?, ?, ?)"
_BLOCK = "INSERT INTO record_blocks (block, frame) VALUES (?, ?)"
_GONE = "SELECT visit, name, decision FROM superseded JOIN record_types USING (type)"
_LEAVE = "UPDATE superseded SET rows = rows - ? WHERE visit = ? AND type = ? AND decision = ?"


@dataclass(frozen=True, slots=True)
class Put:
    """What became of the records of one call."""

    stored: int
    known: int  # the same record of the same decision is stored already, or a later decision is


def write_records(connection: Connection, packed: PackedRecords) -> Put:
    """Stores packed records once each; a higher decision replaces all rows of a lower one."""
    numbers = _type_numbers(connection, packed)
    if packed.claims is not None and _claim(connection, packed.claims, numbers):
        _write_batches(connection, packed)
        return Put(len(packed.rows), 0)
    kept = _Judge(connection, numbers).keep(packed)
    _write_batches(connection, pack(kept))
    return Put(len(kept), len(packed.rows) - len(kept))


def _type_numbers(connection: Connection, packed: PackedRecords) -> dict[str, int]:
    numbers = {}
    for name in {row.record for row in packed.rows} | {decision.record for decision in packed.nothing}:
        connection.execute("INSERT OR IGNORE INTO record_types (name) VALUES (?)", (name,))
        row = connection.execute("SELECT type FROM record_types WHERE name = ?", (name,)).fetchone()
        numbers[name] = int(row[0])
    return numbers


def _claim(connection: Connection, claims: Iterable[Claim], numbers: Mapping[str, int]) -> bool:
    """Writes the claims of rows that nobody has decided before; False, and nothing, when one was."""
    rows = [(visit, numbers[record], *rest) for visit, record, *rest in claims]
    connection.execute("SAVEPOINT claims")
    is_new = connection.executemany(_CLAIM, rows).rowcount == len(rows)
    if not is_new:
        connection.execute("ROLLBACK TO claims")
    connection.execute("RELEASE claims")
    return is_new


class _Judge:
    """Says row by row what is new, and writes down what that replaces."""

    def __init__(self, connection: Connection, numbers: Mapping[str, int]) -> None:
        self._connection = connection
        self._numbers = numbers
        self._claims: dict[tuple[int, str], Claim] = {}

    def keep(self, packed: PackedRecords) -> list[RecordRow]:
        """The rows that are new."""
        for decision in packed.nothing:
            self._decide(decision)
        kept = [row for row in packed.rows if self._is_new(row)]
        rows = [(claim.visit, self._numbers[claim.record], *claim[2:]) for claim in self._claims.values()]
        self._connection.executemany(_DECIDE, rows)
        return kept

    def _is_new(self, row: RecordRow) -> bool:
        claim = self._decide(Decision(row.visit, row.record, row.decision))
        if claim.decision != row.decision or row.ordinal < claim.ordinals:
            return False
        grown = claim._replace(ordinals=row.ordinal + 1, rows=claim.rows + 1)
        self._claims[row.visit, row.record] = grown
        return True

    def _decide(self, made: Decision) -> Claim:
        """The claim that stands once this decision is known."""
        name = (made.visit, made.record)
        claim = self._claims.get(name) or self._stored(name)
        if claim is None or claim.decision < made.decision:
            if claim is not None and claim.rows:
                replaced = (made.visit, self._numbers[made.record], claim.decision, claim.rows)
                self._connection.execute(_REPLACE, replaced)
            claim = Claim(*made, 0, 0)
        self._claims[name] = claim
        return claim

    def _stored(self, name: tuple[int, str]) -> Claim | None:
        row = self._connection.execute(_KNOWN, (name[0], self._numbers[name[1]])).fetchone()
        return None if row is None else Claim(*name, *row)


def _write_batches(connection: Connection, packed: PackedRecords) -> None:
    for batch in packed.batches:
        cursor = connection.execute(_BATCH, (batch.rows, batch.size, batch.keys))
        first = int(cursor.lastrowid or 0) * BLOCKS_IN_BATCH
        connection.executemany(_BLOCK, enumerate(batch.blocks, start=first))


def superseded(connection: Connection) -> frozenset[Decision]:
    """The decisions that a later one replaced and that still have rows: a file may leave them out."""
    return frozenset(Decision(*row) for row in connection.execute(_GONE))


def leave(connection: Connection, dropped: Iterable[tuple[Decision, int]]) -> None:
    """Takes note that new files or sealed batches left out so many rows of replaced decisions."""
    for gone, rows in dropped:
        number = connection.execute("SELECT type FROM record_types WHERE name = ?", (gone.record,)).fetchone()
        connection.execute(_LEAVE, (rows, gone.visit, number[0], gone.decision))
    connection.execute("DELETE FROM superseded WHERE rows <= 0")


def pending_records(connection: Connection) -> int:
    """How many records wait for sealing."""
    return int(connection.execute("SELECT coalesce(sum(rows), 0) FROM record_batches").fetchone()[0])
