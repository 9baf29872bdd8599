"""The claims of the reports in a workspace as rows, read from their report.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

MOST_BYTES = 64 << 20  # of one report; a larger file was not written by us
CLAIMS = pa.schema(
    [
        *((name, pa.string()) for name in ("run", "section", "writer")),
        ("ordinal", pa.int64()),
        *((name, pa.string()) for name in ("claim", "status", "confidence")),
        *((name, pa.int64()) for name in ("clusters", "domains")),
        ("agreement", pa.float64()),
        *((name, pa.string()) for name in ("url", "title", "quote", "anchor", "digest", "engine")),
        *((name, pa.int64()) for name in ("first", "last")),
        ("reasons", pa.list_(pa.string())),
    ]
)


def claims_table(workspace: Path) -> pa.Table:
    """One row for each quote of a claim; what is no report of this form is left out."""
    rows: list[dict[str, Any]] = []
    for path in sorted((workspace / "reports").glob("*/report.json")):
        rows += _of_report(path)
    return pa.Table.from_pylist(rows, schema=CLAIMS)


def _of_report(path: Path) -> list[dict[str, Any]]:
    """All rows of one file, or none where it is damaged."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return []
        report = json.loads(path.read_bytes())
        rows = list(_rows(report))
        pa.Table.from_pylist(rows, schema=CLAIMS)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, pa.ArrowException):
        return []
    return rows


def _rows(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if report["schema_version"] != 2:
        return
    ordinal = 0
    for section in (report["summary"], *report["sections"]):
        for claim in section["claims"]:
            about = {"run": report["run"], "section": section["title"], "writer": section["writer"]}
            yield from _quotes(about | {"ordinal": ordinal}, claim)
            ordinal += 1
    for claim in report["appendix"]:
        about = {"run": report["run"], "section": claim["section"], "reasons": claim["reasons"]}
        yield from _quotes(about | {"ordinal": ordinal}, claim)
        ordinal += 1


def _quotes(about: dict[str, Any], claim: dict[str, Any]) -> Iterator[dict[str, Any]]:
    computed = claim.get("confidence") or {}
    about = about | {
        "claim": claim["text"],
        "status": claim["status"],
        "confidence": computed.get("level"),
        **{name: computed.get(name) for name in ("clusters", "domains", "agreement")},
    }
    for quote in claim["quotes"]:
        begin = quote["start"]
        yield about | {
            "url": quote["url"],
            "title": quote["title"],
            "quote": quote["words"],
            "anchor": quote["words"][quote["anchor_start"] - begin : quote["anchor_end"] - begin],
            "digest": quote["body_digest"],
            "engine": quote["engine"],
            "first": begin,
            "last": quote["end"],
        }
    if not claim["quotes"]:
        yield about
