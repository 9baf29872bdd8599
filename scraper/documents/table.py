"""Reads tables that are text, CSV and TSV: which sign parts their columns, what these are called."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from scraper.documents import markup
from scraper.documents.reading import Reading, Room

MOST_ROWS = 50_000
MOST_COLUMNS = 300
MOST_SHOWN = 2_000  # rows of the page that is made of it
LONGEST_CELL = 1_000_000  # characters
_SIGNS = (",", ";", "\t", "|")
_LOOKED_AT = 40  # rows that decide
_HEAD_CHARACTERS = 100_000
_NO_NAME = re.compile(r"\A\s*(?:[-+(]?[\d.,%\s€$£]+\)?|\d{4}-\d\d-\d\d.*|https?://.*|)\s*\Z", re.DOTALL)


def read_table(text: str, media_type: str, room: Room) -> Reading:
    """Every row on one line, each value behind the name of its column."""
    csv.field_size_limit(LONGEST_CELL)
    sign = "\t" if media_type == "text/tab-separated-values" else _sign(text)
    rows: list[Sequence[str]] = []
    reason, is_cut = "", False
    try:
        for row in _rows(text, sign):
            cells = [" ".join(cell.split()) for cell in row[:MOST_COLUMNS]]
            if len(rows) >= MOST_ROWS or not room.takes(sum(map(len, cells)) + len(cells)):
                is_cut = True
                break
            is_cut = is_cut or len(row) > MOST_COLUMNS
            rows.append(cells)
    except csv.Error:
        reason = "damaged"
    reason = reason or ("text_cut" if is_cut else "ok" if rows else "no_text")
    if not rows:
        return Reading(reason)
    head, body = _named(rows)
    text = "\n".join(filter(None, (line_of(head, row) for row in body)))
    return Reading(
        reason=reason,
        page_type="listing",
        text=text,
        markdown=_as_markdown(head, body),
        html=markup.page([markup.table(head, body[:MOST_SHOWN])]),
        has_things=True,
    )


def line_of(names: Sequence[str], values: Sequence[str]) -> str:
    """One row as a line that can be quoted."""
    return "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=False) if value)


def _rows(text: str, sign: str) -> Iterator[list[str]]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
        if any(cell.strip() for cell in row):
            yield row


def _sign(text: str) -> str:
    """The one that parts most rows into equally many columns."""
    head = text[:_HEAD_CHARACTERS]
    return max(_SIGNS, key=lambda sign: _agreement(head, sign))


def _agreement(head: str, sign: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in islice(_rows(head, sign), _LOOKED_AT)]
    except csv.Error:
        return 0.0, 0
    widths = widths[:-1] or widths  # the last row may be cut
    common = max(set(widths), key=widths.count, default=1)
    return (widths.count(common) / len(widths), common) if common > 1 else (0.0, 0)


def _named(rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The names of the columns, and the rows; a first row of values names nothing."""
    first = rows[0]
    width = max(map(len, rows[:_LOOKED_AT]))
    is_head = len(rows) > 1 and len(set(first)) == len(first) and not any(map(_NO_NAME.match, first))
    numbered = [f"column {number}" for number in range(1, max(width, len(first)) + 1)]
    if not is_head:
        return numbered, rows
    return [*first, *numbered[len(first) :]], rows[1:]


def _as_markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_marked(head), "|" + "---|" * len(head)]
    lines += [_marked([*row, *[""] * (len(head) - len(row))]) for row in rows]
    return "\n".join(lines)


def _marked(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
