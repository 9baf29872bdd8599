"""Which waiting batches hold the records of a key: an index in memory that follows the ledger."""

import struct
from collections.abc import Sequence

from storage.ledger import Connection
from storage.record_pack import KEY_PREFIX_BYTES

_NEW = "SELECT batch, keys FROM record_batches WHERE batch > ? ORDER BY batch"
_OLDEST = "SELECT min(batch) FROM record_batches"

Place = tuple[int, int]  # batch, row in the batch


class WaitingRecords:
    """Places by key prefix."""

    def __init__(self) -> None:
        self._batches: dict[int, tuple[int, ...]] = {}
        self._places: dict[int, tuple[Place, ...]] = {}
        self._last = 0

    def places(self, prefix: int) -> Sequence[Place]:
        """Where records lie whose key begins so."""
        return self._places.get(prefix, ())

    def follow(self, connection: Connection) -> None:
        """Takes in what was committed, and leaves out what was sealed, since the last time."""
        oldest = connection.execute(_OLDEST).fetchone()[0]
        for batch in [b for b in self._batches if oldest is None or b < oldest]:
            self._drop(batch)
        for batch, keys in connection.execute(_NEW, (self._last,)):
            self._add(batch, struct.unpack(f">{len(keys) // KEY_PREFIX_BYTES}Q", keys))
            self._last = batch

    def _add(self, batch: int, prefixes: tuple[int, ...]) -> None:
        self._batches[batch] = prefixes
        for row, prefix in enumerate(prefixes):
            self._places[prefix] = (*self._places.get(prefix, ()), (batch, row))

    def _drop(self, batch: int) -> None:
        for prefix in set(self._batches.pop(batch)):
            left = tuple(place for place in self._places[prefix] if place[0] != batch)
            if left:
                self._places[prefix] = left
            else:
                del self._places[prefix]
