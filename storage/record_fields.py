"""Which fields the jobs of a workspace wanted of each type of record."""

import json
from collections.abc import Mapping
from typing import Any

from storage.ledger import Connection

_JOBS = "SELECT job_file FROM runs ORDER BY run"


def record_fields(connection: Connection) -> dict[str, dict[str, str]]:
    """Record type -> field -> kind, `list` before those with many; the newest run has the last word."""
    found: dict[str, dict[str, str]] = {}
    for (job_file,) in connection.execute(_JOBS):
        for spec in json.loads(job_file).get("select", ()):
            fields = {name: _kind(field) for name, field in spec["fields"].items()}
            found[spec["record"]] = found.get(spec["record"], {}) | fields
    return found


def _kind(field: str | Mapping[str, Any]) -> str:
    if isinstance(field, str):
        return field.replace("list of ", "list ")
    return f"list {field['type']}" if field.get("many") else str(field["type"])
