"""What the ledger itself knows of forgotten visits: who inherits, which rows go, what is left in no page."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from storage.file_list import listed
from storage.forget_target import HostTarget, RunTarget, Target
from storage.ledger import Connection
from storage.purge import DIGEST_BYTES, Doomed
from storage.segment import iter_rows
from storage.tombstones import forgotten_visits

REDACTED = "http://forgotten.invalid/"  # a job that holds it can still be read
_HEIRS = (
    "SELECT body, min(visit) FROM known WHERE body IN (SELECT visit FROM forgotten)"
    " AND visit NOT IN (SELECT visit FROM forgotten) AND file IS NOT NULL GROUP BY body"
)
_DOM_HEIRS = (
    "SELECT holder, min(visit) FROM doms JOIN known USING (visit)"
    " WHERE holder IN (SELECT visit FROM forgotten)"
    " AND visit NOT IN (SELECT visit FROM forgotten) AND file IS NOT NULL GROUP BY holder"
)
_SURVIVING_DIGESTS = (
    "SELECT DISTINCT digest FROM read_digests WHERE digest IN (SELECT digest FROM forgotten)"
    " AND visit NOT IN (SELECT visit FROM forgotten)"
)
_GONE_FOR_GOOD = (
    "SELECT visit FROM forgotten f WHERE NOT EXISTS (SELECT 1 FROM known mine JOIN known other USING (key)"
    " WHERE mine.visit = f.visit AND other.visit NOT IN (SELECT visit FROM forgotten))"
)


def doomed_rows(connection: Connection, workspace: Path) -> Doomed:
    """What vanishes with the hidden visits, once everything final is sealed."""
    heirs = {int(holder): int(heir) for holder, heir in connection.execute(_HEIRS)}
    dom_heirs = {int(holder): int(heir) for holder, heir in connection.execute(_DOM_HEIRS)}
    digests = {bytes(d) for (d,) in connection.execute("SELECT digest FROM forgotten") if d is not None}
    digests -= {bytes(digest) for (digest,) in connection.execute(_SURVIVING_DIGESTS)}
    for_good = {int(visit) for (visit,) in connection.execute(_GONE_FOR_GOOD)}
    visits = forgotten_visits(connection)
    urls = {url for visit, url in _urls(connection, workspace, visits) if visit in for_good}
    runs = _run_ids(connection, heirs)
    return Doomed(visits, heirs, dom_heirs, runs, frozenset(digests), frozenset(urls))


def _run_ids(connection: Connection, heirs: Mapping[int, int]) -> dict[int, str]:
    query = "SELECT id FROM known JOIN runs USING (run) WHERE visit = ?"
    return {heir: str(connection.execute(query, (heir,)).fetchone()[0]) for heir in set(heirs.values())}


def _urls(connection: Connection, workspace: Path, visits: frozenset[int]) -> Iterator[tuple[int, str]]:
    for table in ("pending", "waiting"):
        rows = connection.execute(
            f"SELECT visit, url FROM {table} WHERE visit IN (SELECT visit FROM forgotten)"  # noqa: S608
        )
        yield from ((int(visit), str(url)) for visit, url in rows.fetchall())
    for file in listed(connection, "pages"):
        for batch in iter_rows(workspace / file.name, "pages", ["visit", "url"]):
            for place, visit in enumerate(batch.column("visit").to_pylist()):
                if visit in visits:
                    yield visit, batch.column("url")[place].as_py()


def delete_rows(connection: Connection, doomed: Doomed, target: Target) -> None:
    """Takes the hidden visits out of every table that has visits."""
    for holder, heir in doomed.heirs.items():
        connection.execute("UPDATE known SET body = NULL WHERE visit = ?", (heir,))
        connection.execute("UPDATE known SET body = ? WHERE body = ?", (heir, holder))
        for table in ("decided", "superseded"):
            connection.execute(f"UPDATE OR IGNORE {table} SET visit = ? WHERE visit = ?", (heir, holder))  # noqa: S608
    for holder, heir in doomed.dom_heirs.items():
        connection.execute("UPDATE doms SET holder = NULL WHERE visit = ?", (heir,))
        connection.execute("UPDATE doms SET holder = ? WHERE holder = ?", (heir, holder))
    for table in _tables_with(connection, "visit"):
        if table != "forgotten":
            connection.execute(f"DELETE FROM {table} WHERE visit IN (SELECT visit FROM forgotten)")  # noqa: S608
    connection.execute("DELETE FROM kept_files WHERE sha256 NOT IN (SELECT sha256 FROM page_files)")
    _delete_readings(connection, doomed)
    _delete_of_target(connection, target)
    connection.execute("DELETE FROM forgotten")


def _delete_readings(connection: Connection, doomed: Doomed) -> None:
    """What was read in a body that is gone, or first on a page that is."""
    of_visits = set(_tables_with(connection, "visit"))
    for table in set(_tables_with(connection, "digest")) - of_visits:
        connection.executemany(
            f"DELETE FROM {table} WHERE digest BETWEEN ? AND ?",  # noqa: S608
            ((digest, digest + b"\xff" * DIGEST_BYTES) for digest in doomed.digests),
        )
    for table in set(_tables_with(connection, "url")) - of_visits:
        connection.executemany(f"DELETE FROM {table} WHERE url = ?", ((url,) for url in doomed.urls))  # noqa: S608


def _delete_of_target(connection: Connection, target: Target) -> None:
    match target:
        case RunTarget(run):
            for table in _tables_with(connection, "run"):
                connection.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608
        case HostTarget(host):
            connection.execute("DELETE FROM hosts WHERE name = ?", (host,))
            connection.execute("DELETE FROM render_templates WHERE host = ?", (host,))
            _delete_learned(connection, host)
            connection.execute("DELETE FROM budgets WHERE instr(name, CAST(? AS BLOB)) > 0", (host.encode(),))
    _redact_jobs(connection, target)


def _delete_learned(connection: Connection, host: str) -> None:
    """Labels that anchor a selector are words of the host's pages."""
    connection.execute("DELETE FROM learned WHERE host = ?", (host,))
    connection.execute("DELETE FROM templates WHERE host = ?", (host,))


def _tables_with(connection: Connection, column: str) -> list[str]:
    query = (
        "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) i"
        " WHERE m.type = 'table' AND i.name = ?"
    )
    return [str(name) for (name,) in connection.execute(query, (column,)).fetchall()]


def _redact_jobs(connection: Connection, target: Target) -> None:
    """A job that names it cannot be continued any more; it can be run anew."""
    for run, job_file in connection.execute("SELECT run, job_file FROM runs").fetchall():
        job = json.loads(job_file)
        redacted = _redacted(job, target)
        if redacted != job:
            text = json.dumps(redacted, sort_keys=True, ensure_ascii=False)
            connection.execute("UPDATE runs SET job_file = ? WHERE run = ?", (text, run))


def _redacted(value: Any, target: Target) -> Any:
    if isinstance(value, str):
        return REDACTED if target.is_named_in(value) else value
    if isinstance(value, list):
        return [_redacted(item, target) for item in value]
    if isinstance(value, dict):
        return {name: _redacted(item, target) for name, item in value.items()}
    return value
