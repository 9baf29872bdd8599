"""Records that no file needs to keep: of decisions that were replaced, and of forgotten visits."""

from collections import Counter
from collections.abc import Set
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from storage.connection import Connection
from storage.record_row import Decision
from storage.record_rows import superseded


class Gone:
    """Leaves such rows out as they pass by, and counts those of replaced decisions."""

    def __init__(self, replaced: Set[Decision], forgotten: Set[int] = frozenset()) -> None:
        self._replaced = replaced
        self._forgotten = forgotten
        self._visits = pa.array({made.visit for made in replaced} | forgotten, pa.int64())
        self.dropped: Counter[Decision] = Counter()

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """What the ledger says at this moment."""
        forgotten = frozenset(visit for (visit,) in connection.execute("SELECT visit FROM forgotten"))
        return cls(superseded(connection), forgotten)

    def without(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows that stay."""
        suspects = pc.indices_nonzero(pc.is_in(rows.column("visit"), value_set=self._visits))
        if not len(suspects):
            return rows
        named = (rows.column(name).take(suspects).to_pylist() for name in Decision._fields)
        kept = [True] * rows.num_rows
        for place, *decision in zip(suspects.to_pylist(), *named, strict=True):
            made = Decision(*decision)
            if made in self._replaced:
                self.dropped[made] += 1
            elif made.visit not in self._forgotten:
                continue
            kept[place] = False
        return rows.filter(pa.array(kept))
