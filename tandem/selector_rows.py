"""What was learned of where fields stand, as the commands about it show and change it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scraper.document import is_css
from scraper.selection.knowledge import ROWS, State
from scraper.selection.records_rows import THEN
from scraper.selection.selector import BadSelector, parsed
from storage.learned_rows import FieldRow, Learned

EVERYWHERE = ""  # in place of a template: all pages of the host


@dataclass(frozen=True, slots=True)
class Which:
    """What a command is about; what is not named may be anything."""

    host: str | None = None
    template: str | None = None
    record: str | None = None
    field: str | None = None

    @property
    def is_whole(self) -> bool:
        """Says whether it means templates with all that is known of them."""
        return self.record is None and self.field is None

    def fits(self, row: FieldRow) -> bool:
        pairs = (
            (self.host, row.host),
            (self.template, row.template),
            (self.record, row.record),
            (self.field, row.field),
        )
        return all(wished in {None, given} for wished, given in pairs)


def which(name: str | None, record: str | None, field: str | None) -> Which:
    """From what a user names: a host, or the twelve hexadecimal digits of a template."""
    if name is None:
        return Which(record=record, field=field)
    is_template = len(name) == 12 and all(digit in "0123456789abcdef" for digit in name)
    return Which(
        None if is_template else name.lower(), name if is_template else None, record=record, field=field
    )


def chosen(learned: Learned, wish: Which) -> Learned:
    """The rows that are meant."""
    templates = tuple(
        row
        for row in learned.templates
        if wish.host in {None, row.host} and wish.template in {None, row.template}
    )
    return Learned(templates, tuple(row for row in learned.fields if wish.fits(row)))


def checked_line(field: str, line: str) -> str:
    """The line as it is kept; one that is no selector, or does not find records, raises BadSelector."""
    if field != ROWS:
        return str(parsed(line))
    css, _, _ = line.partition(THEN)
    if not is_css(css):
        raise BadSelector(
            f"{line!r}: {css!r} is no CSS selector; the records of a list are found by CSS alone"
        )
    return line.strip()


def pinned_row(host: str, template: str, record: str, field: str, lines: Iterable[str]) -> FieldRow:
    """A user's own selectors, in the order in which they are tried."""
    selectors = [{"line": line} for line in lines]
    body = json.dumps({"selectors": selectors, "why": "pinned"}, ensure_ascii=False)
    return FieldRow(host, template, record, field, b"", 0, str(State.PINNED), body)


def lines_of(row: FieldRow) -> list[str]:
    """The selectors of a row, best first."""
    return [one["line"] for one in _selectors(row)]


def as_json(row: FieldRow) -> dict[str, Any]:
    """All that is known of one version, for programs."""
    body = json.loads(row.body)
    return {
        "host": row.host,
        "template": row.template,
        "record": row.record,
        "field": row.field,
        "wish": row.wish.hex(),
        "version": row.version,
        "state": row.state,
        "selectors": [
            {name: one[name] for name in ("line", "agreed", "differed", "missed") if name in one}
            for one in _selectors(row)
        ],
        "health": body.get("health"),
        "why": body.get("why", ""),
    }


def health_in_words(row: FieldRow) -> str:
    """How the selectors fare, such as `97 % of 120 pages`."""
    health = json.loads(row.body).get("health")
    if not health or not health["total"]:
        return ""
    share = health["hits"] / (health["pages"] + health["run"] or 1)
    run = f", missing on the last {health['run']}" if health["run"] else ""
    return f"found on {share:.0%} of late pages{run}"


def _selectors(row: FieldRow) -> list[dict[str, Any]]:
    body = json.loads(row.body)
    if "ballot" in body:
        found: list[dict[str, Any]] = body["ballot"]["lines"]
        return found
    listed: list[dict[str, Any]] = body["selectors"]
    return listed
