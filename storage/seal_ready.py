"""What may be sealed: a visit that a continued run tries again stays in the ledger until its run is over."""

from storage.connection import Connection

READY = (
    "SELECT p.visit, p.body_bytes + coalesce((SELECT dom_bytes FROM pending_renderings d"
    " WHERE d.visit = p.visit), 0), p.host, p.url FROM pending p JOIN runs r USING (run)"
    " WHERE p.final OR r.state = 'abandoned' ORDER BY p.visit"
)
_ANY = (
    f"SELECT EXISTS ({READY}) OR EXISTS (SELECT 1 FROM pending_contents)"  # noqa: S608 - as above
    " OR EXISTS (SELECT 1 FROM record_batches)"
)


def is_any_ready(connection: Connection) -> bool:
    """Whether sealing would write anything."""
    return bool(connection.execute(_ANY).fetchone()[0])
