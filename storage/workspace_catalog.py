"""What a query may see of one workspace at one moment: listed files, and rows that are not sealed yet."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from storage import tombstones
from storage.catalog import Catalog, Source
from storage.columns import CONTENT, LINKS, MICROSECONDS, PAGES, TABLES, Table
from storage.file_list import version
from storage.ledger import Connection
from storage.ranked_rows import relevances
from storage.readers import Reader
from storage.record_fields import record_fields
from storage.record_rows import superseded
from storage.record_seal_process import waiting_records
from storage.report_claims import CLAIMS, claims_table
from storage.template_table import TEMPLATES, templates_table
from storage.views import BESIDE, base_views, record_views
from storage.waiting_contents import content_rows
from storage.waiting_pages import layout_of, link_batches, page_rows

_RUNS_SCHEMA = pa.schema(
    [
        ("run", pa.string()),
        ("job", pa.string()),
        ("number", pa.int64()),
        ("state", pa.string()),
        ("started_at", MICROSECONDS),
        ("ended_at", MICROSECONDS),
        ("exit_code", pa.int64()),
        ("note", pa.string()),
        ("seconds_used", pa.float64()),
    ]
)
_FORGOTTEN_SCHEMA = pa.schema([("visit", pa.int64()), ("digest", pa.string())])
_RELEVANCES_SCHEMA = pa.schema([("visit", pa.int64()), ("relevance", pa.float64())])
_SUPERSEDED_SCHEMA = pa.schema([("visit", pa.int64()), ("record", pa.string()), ("decision", pa.int64())])
_PAGE_FILES_SCHEMA = pa.schema(
    [
        *(("visit", pa.int64()), ("ordinal", pa.int64()), ("kind", pa.string()), ("digest", pa.string())),
        *(("media_type", pa.string()), ("bytes", pa.int64()), ("name", pa.string()), ("path", pa.string())),
    ]
)
_PAGE_FILES = (
    "SELECT visit, ordinal, kind, lower(hex(sha256)), media_type, bytes, name, path"
    " FROM page_files JOIN kept_files USING (sha256)"
)
_RUNS = (
    "SELECT id, job, number, state, CAST(started_at * 1000000 AS INTEGER),"
    " CAST(ended_at * 1000000 AS INTEGER), exit_code, note, seconds_used FROM runs ORDER BY run"
)


def workspace_catalog(connection: Connection, workspace: Path, reader: Reader, query: str = "") -> Catalog:
    """Files and waiting rows as one short transaction shows them; the files stay as long as the reader."""
    connection.execute("BEGIN")
    try:
        files, rendered = _files(connection, workspace)
        waiting = [row[0] for row in connection.execute("SELECT visit FROM pending ORDER BY visit")]
        read = [row[0] for row in connection.execute("SELECT content FROM pending_contents")]
        sources = {
            "pages": _pages(connection, waiting, files["pages"], rendered),
            "links": Source(files["links"], _joined(LINKS, link_batches(connection, waiting))),
            "records": Source(files["records"], waiting_records(connection)),
            "content": Source(files["content"], _table(CONTENT.schema, content_rows(connection, read))),
            "runs": Source(pending=_table(_RUNS_SCHEMA, connection.execute(_RUNS))),
        }
        replaced = _table(_SUPERSEDED_SCHEMA, superseded(connection))
        relevant = _table(_RELEVANCES_SCHEMA, relevances(connection))
        fields = record_fields(connection)
        beside = _table(_PAGE_FILES_SCHEMA, _page_files(connection, query))
        hidden = _hidden(connection)
        has_renderings = bool(rendered) or layout_of(connection, waiting) is PAGES
        learned = templates_table(connection) if "render_templates" in query.lower() else None
        reader.saw(version(connection))
    finally:
        connection.execute("COMMIT")
    if hidden is not None:
        sources = {"forgotten": hidden} | {name: _without(name, source) for name, source in sources.items()}
    # Reports are read only for a query that may ask for them.
    named = "claims" in query.lower()
    sources["claims"] = Source(pending=claims_table(workspace) if named else CLAIMS.empty_table())
    sources["render_templates"] = Source(pending=learned or TEMPLATES.empty_table())
    has_superseded = replaced.num_rows > 0
    if has_superseded:
        sources["superseded"] = Source(pending=replaced)
    has_relevance = relevant.num_rows > 0
    if has_relevance:
        sources["relevances"] = Source(pending=relevant)
    has_files = beside.num_rows > 0
    if has_files:
        sources["page_files"] = Source(pending=beside)
    views = base_views(
        has_superseded,
        has_relevance=has_relevance,
        has_renderings=has_renderings,
        has_files=has_files,
    )
    return Catalog(sources, views | BESIDE | record_views(fields, has_superseded))


def _pages(
    connection: Connection, waiting: list[int], files: tuple[Path, ...], rendered: frozenset[Path]
) -> Source:
    """Waiting rows have all columns; most sealed files lack those of renderings."""
    rows = _table(PAGES.schema, page_rows(connection, waiting))
    whole, narrow = ([one for one in files if (one in rendered) is wanted] for wanted in (True, False))
    return Source(tuple(whole), rows, narrow=tuple(narrow))


def _page_files(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    """Read only for a query that may ask for them."""
    return connection.execute(_PAGE_FILES).fetchall() if "files" in query.lower() else []


def _hidden(connection: Connection) -> Source | None:
    rows = connection.execute("SELECT visit, coalesce(hex(digest), '') FROM forgotten").fetchall()
    return Source(pending=_table(_FORGOTTEN_SCHEMA, rows)) if rows else None


def _without(name: str, source: Source) -> Source:
    where = tombstones.CONTENT if name == "content" else tombstones.VISITS
    return replace(source, where=where) if name in TABLES else source


def _files(connection: Connection, workspace: Path) -> tuple[dict[str, tuple[Path, ...]], frozenset[Path]]:
    """The files of each part, and those of them that have rendered pages."""
    found: dict[str, list[Path]] = {name: [] for name in TABLES}
    rendered = set()
    for part, name, has_renderings in connection.execute(
        "SELECT part, name, has_renderings FROM files WHERE merged_into IS NULL ORDER BY file"
    ):
        found[part].append(workspace / name)
        if has_renderings:
            rendered.add(workspace / name)
    return {part: tuple(paths) for part, paths in found.items()}, frozenset(rendered)


def _joined(table: Table, batches: Iterable[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(batches, schema=table.schema)


def _table(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [() for _ in schema]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
