"""What selection has learned of a host's pages, as rows that only selection understands."""

from collections.abc import Iterable
from typing import NamedTuple

from storage.ledger import Connection

_TEMPLATES = "SELECT template, host, shape, sketch, pages, body FROM templates"
_FIELDS = "SELECT host, template, record, field, wish, version, state, body FROM learned"
_KEEP_TEMPLATE = (
    "INSERT OR REPLACE INTO templates (template, host, shape, sketch, pages, body) VALUES (?, ?, ?, ?, ?, ?)"
)
_KEEP_FIELD = (
    "INSERT OR REPLACE INTO learned (host, template, record, field, wish, version, state, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_DROP_FIELD = (
    "DELETE FROM learned"
    " WHERE host = ? AND template = ? AND record = ? AND field = ? AND wish = ? AND version = ?"
)


class TemplateRow(NamedTuple):
    """One kind of page of a host."""

    template: str
    host: str
    shape: str
    sketch: bytes
    pages: int
    body: str


class FieldRow(NamedTuple):
    """One version of how a field is found on pages of a template."""

    host: str
    template: str
    record: str
    field: str
    wish: bytes
    version: int
    state: str
    body: str


class Learned(NamedTuple):
    """All that is known of some hosts."""

    templates: tuple[TemplateRow, ...] = ()
    fields: tuple[FieldRow, ...] = ()


def learned_hosts(connection: Connection, most: int) -> list[str]:
    """The hosts of which the most is known."""
    sql = "SELECT host FROM learned GROUP BY host ORDER BY count(*) DESC, host LIMIT ?"
    return [host for (host,) in connection.execute(sql, (most,))]


def read_learned(connection: Connection, host: str | None = None) -> Learned:
    """What is known of one host, or of all."""
    where, named = ("", ()) if host is None else (" WHERE host = ?", (host,))
    templates = connection.execute(f"{_TEMPLATES}{where} ORDER BY host, template", named)
    fields = connection.execute(f"{_FIELDS}{where} ORDER BY host, template, record, field, version", named)
    return Learned(
        tuple(TemplateRow(*row) for row in templates),
        tuple(FieldRow(*row) for row in fields),
    )


def keep_learned(
    connection: Connection,
    learned: Learned,
    gone_templates: Iterable[str] = (),
    gone_fields: Iterable[FieldRow] = (),
) -> None:
    """Writes rows anew; what is gone is taken out first."""
    connection.executemany("DELETE FROM templates WHERE template = ?", [(gone,) for gone in gone_templates])
    connection.executemany(_DROP_FIELD, [row[:6] for row in gone_fields])
    connection.executemany(_KEEP_TEMPLATE, learned.templates)
    connection.executemany(_KEEP_FIELD, learned.fields)


def forget_learned(connection: Connection, host: str, template: str | None = None) -> int:
    """Takes out what is known of a host, or of one of its templates; how many rows."""
    where, named = (
        ("host = ?", (host,)) if template is None else ("host = ? AND template = ?", (host, template))
    )
    tables = ("learned", "templates")
    return sum(
        connection.execute(f"DELETE FROM {table} WHERE {where}", named).rowcount  # noqa: S608
        for table in tables
    )
