"""Which kinds of pages are worth a browser, as a table for SQL."""

import pyarrow as pa

from storage.connection import Connection

_HAS_TABLE = "SELECT count(*) FROM sqlite_master WHERE name = 'render_templates'"
_SHOWN = (
    "SELECT host, shape, needs_browser, pages, rendered, gained, failures, printf('%08x', build), marks"
    " FROM render_templates ORDER BY host, shape, pages DESC"
)
# The same for SQL.
TEMPLATES = pa.schema(
    [
        *(("host", pa.string()), ("shape", pa.string()), ("needs_browser", pa.bool_())),
        *((name, pa.int64()) for name in ("pages", "rendered", "gained", "failures")),
        *(("build", pa.string()), ("marks", pa.int64())),
    ]
)


def templates_table(connection: Connection) -> pa.Table:
    """What is known of all hosts, as people read it; nothing of a ledger from before there was any."""
    if not connection.execute(_HAS_TABLE).fetchone()[0]:
        return TEMPLATES.empty_table()
    rows = [
        (*row[:2], None if row[2] is None else bool(row[2]), *row[3:]) for row in connection.execute(_SHOWN)
    ]
    return pa.Table.from_pylist([dict(zip(TEMPLATES.names, row, strict=True)) for row in rows], TEMPLATES)
