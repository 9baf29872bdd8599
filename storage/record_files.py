"""Lists sealed files of records, in the transaction that drops what they hold from the ledger."""

from collections.abc import Mapping
from typing import Any

from storage.connection import Connection, StorageError
from storage.file_list import NewFile, add_file
from storage.record_pack import BLOCKS_IN_BATCH
from storage.record_row import Decision
from storage.record_rows import leave


class SealedElsewhere(StorageError):
    """Somebody else has sealed the same records meanwhile; this file is one too many."""


def list_record_file(connection: Connection, done: Mapping[str, Any]) -> None:
    """Takes what the sealing process said of one file; the file is None when no row was left for it."""
    gone = connection.execute("DELETE FROM record_batches WHERE batch <= ?", (done["last"],)).rowcount
    if gone != done["batches"]:
        raise SealedElsewhere(f"{gone} batches of records are left of {done['batches']}")
    end = (done["last"] + 1) * BLOCKS_IN_BATCH
    connection.execute("DELETE FROM record_blocks WHERE block < ?", (end,))
    facts = done["file"]
    if facts is not None:
        sizes = (facts["rows"], facts["bytes"], facts["raw_bytes"])
        add_file(connection, NewFile(f"{facts['table']}/{facts['name']}", facts["table"], *sizes, level=0))
    leave(connection, [(Decision(*decision), rows) for decision, rows in done["dropped"]])
