"""The query engine: sealed files and waiting rows as tables, locked before it hears a query."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import zstandard

from storage.catalog import Catalog, Limits, Source
from storage.columns import TABLES
from storage.views import quoted_name, quoted_text

FRAMED = "framed_value_of_"  # a waiting column that is still compressed carries this before its name

SQL_TYPE = "sql_type"

EngineError = duckdb.Error
EngineMemoryError = (duckdb.OutOfMemoryException, MemoryError)
EngineStopped = duckdb.InterruptException
Connection = duckdb.DuckDBPyConnection


class NotOneSelect(ValueError):
    """The text is not exactly one SELECT."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An open, locked connection and the waiting rows it still holds compressed."""

    connection: Connection
    framed: dict[str, pa.Table]


def open_engine(catalog: Catalog, limits: Limits) -> Engine:
    """All tables and views of a catalog, with nothing else in reach."""
    connection = duckdb.connect(":memory:", config=_settings(limits))
    files = [file for source in catalog.sources.values() for file in source.all_files]
    paths = ", ".join(quoted_text(str(file)) for file in files)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    connection.execute("CREATE SCHEMA stored")
    framed = {}
    for name, source in catalog.sources.items():
        waiting = _register(connection, name, source)
        if waiting is not None:
            framed[name] = waiting
    for name, query in catalog.views.items():
        connection.execute(f"CREATE VIEW {quoted_name(name)} AS {query}")
    return Engine(connection, framed)


@contextmanager
def trusted(catalog: Catalog, limits: Limits | None = None) -> Iterator[Engine]:
    """An engine in this process, for queries that are part of the program."""
    engine = open_engine(catalog, limits or Limits())
    try:
        yield engine
    finally:
        engine.connection.close()


def read(engine: Engine, query: str, batch_rows: int = 1024) -> tuple[pa.Schema, pa.RecordBatchReader]:
    """The result of exactly one SELECT as a stream; fields carry their SQL type as metadata."""
    statement = only_select(engine.connection, query)
    _decode_if_used(engine, statement)
    relation = engine.connection.sql(statement)
    reader = relation.to_arrow_reader(batch_rows)
    fields = [
        field.with_name(name).with_metadata({SQL_TYPE: str(kind)})
        for field, name, kind in zip(
            reader.schema, _distinct(reader.schema.names), relation.types, strict=True
        )
    ]
    return pa.schema(fields), reader


def _distinct(names: list[str]) -> list[str]:
    """The names, a repeated one with its number behind it."""
    taken: dict[str, int] = {}
    for place, name in enumerate(names):
        number, chosen = 1, name
        while chosen in taken:
            number += 1
            chosen = f"{name}_{number}"
        taken[chosen] = place
    return list(taken)


def only_select(connection: Connection, query: str) -> str:
    """The text of the one SELECT in a query, else NotOneSelect."""
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise NotOneSelect(f"one SELECT is wanted, these are {len(statements)} statements")
    kind = statements[0].type.name
    if kind != "SELECT":
        raise NotOneSelect(f"only SELECT is answered, this is {kind}")
    return str(statements[0].query)


def _settings(limits: Limits) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "threads": str(limits.threads),
        "async_threads": "1",
        "memory_limit": f"{limits.memory_bytes * 3 // 5}B",  # the kernel's limit holds the rest
        "temp_directory": "",
        "python_enable_replacements": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
    }


def _register(connection: Connection, name: str, source: Source) -> pa.Table | None:
    """Make one source `stored.<name>`; its waiting rows, where some of their columns are framed."""
    rows = source.pending
    if rows is None and not source.all_files:
        rows = TABLES[name].schema.empty_table() if name in TABLES else None
    parts = []
    for files in filter(None, (source.files, source.narrow)):
        listed = ", ".join(quoted_text(str(file)) for file in files)
        parts.append(f"SELECT * FROM read_parquet([{listed}])")  # noqa: S608
    framed = _framed_columns(name) if rows is not None else ()
    if rows is not None:
        rows = rows.rename_columns([FRAMED + c if c in framed else c for c in rows.schema.names])
        connection.register(f"waiting_{name}", rows)
        named = [f"{FRAMED + c} AS {c}" if c in framed else c for c in _columns_back(rows, framed)]
        parts.append(f"SELECT {', '.join(named)} FROM waiting_{name}")  # noqa: S608
    where = f" WHERE {source.where}" if source.where else ""
    union = " UNION ALL BY NAME ".join(parts)
    connection.execute(f"CREATE VIEW stored.{quoted_name(name)} AS SELECT * FROM ({union}){where}")  # noqa: S608
    return rows if framed else None


def _framed_columns(name: str) -> tuple[str, ...]:
    return TABLES[name].framed if name in TABLES else ()


def _columns_back(rows: pa.Table, framed: tuple[str, ...]) -> list[str]:
    return [c.removeprefix(FRAMED) if c.removeprefix(FRAMED) in framed else c for c in rows.schema.names]


def _decode_if_used(engine: Engine, statement: str) -> None:
    """Decompress waiting values only for a query that reads them: its plan names their column."""
    if not engine.framed:
        return
    plan = engine.connection.execute(f"EXPLAIN (FORMAT json) {statement}").fetchall()
    if not any(FRAMED in str(row) for row in plan):
        return
    decoder = zstandard.ZstdDecompressor()
    for name, rows in engine.framed.items():
        engine.connection.register(f"waiting_{name}", _decoded(rows, decoder))


def _decoded(rows: pa.Table, decoder: zstandard.ZstdDecompressor) -> pa.Table:
    for place, column in enumerate(rows.schema.names):
        if column.startswith(FRAMED):
            chunks = [
                pa.array(
                    [decoder.decompress(v.as_buffer()) if v.as_py() else b"" for v in chunk], pa.binary()
                )
                for chunk in rows.column(place).chunks
            ]
            rows = rows.set_column(place, column, pa.chunked_array(chunks, pa.binary()))
    return rows
