"""What a job calls a kind of record, and how SQL names it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from analysis.exhibits import Cell
from storage.views import quoted_name, quoted_text

# One SELECT over the tables of docs/tables.md to its rows.
Ask = Callable[[str], list[tuple[Any, ...]]]

# Names of fields that say which thing a record is about, the strictest first.
_IDENTIFIERS = ("upc", "ean", "gtin", "isbn", "issn", "asin", "mpn", "sku", "doi", "vin", "iban", "orcid")
_NAMES = ("title", "name", "headline")


@dataclass(frozen=True, slots=True)
class RecordType:
    """A type of record, the view with its records, and the kind of each field."""

    name: str
    view: str
    fields: Mapping[str, str]

    def of_run(self, run: str) -> str:
        """What stands behind FROM for the records of one run."""
        return f"{quoted_name(self.view)} WHERE run = {quoted_text(run)}"

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Fields by which two records are about the same thing."""
        return tuple(
            field
            for wanted in _IDENTIFIERS
            for field, kind in self.fields.items()
            if kind in {"text", "integer"} and wanted in _parts(field)
        )

    @property
    def title(self) -> str:
        """The field with its name; empty when there is none."""
        titles = (
            field
            for wanted in _NAMES
            for field, kind in self.fields.items()
            if kind == "text" and field.lower() == wanted
        )
        return next(titles, "")


def _parts(field: str) -> list[str]:
    return field.lower().rstrip("0123456789").split("_")


def cell(value: Any) -> Cell:
    """A value of an answer as a report holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int | float | str) else str(value)
