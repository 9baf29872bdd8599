"""What SQL says and no model: tables, charts, and pages that contradict each other."""

from enum import StrEnum
from typing import Self

from pydantic import Field, StrictFloat, StrictInt, StrictStr, model_validator

from analysis.claim import Digest, Quote
from analysis.part import Part

Cell = StrictInt | StrictFloat | StrictStr | None


class Column(Part):
    """A heading; numbers are set to the right, and a unit belongs to all of them."""

    name: str
    is_number: bool = False
    unit: str = ""


class Table(Part):
    """Rows as a query gave them."""

    title: str
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[tuple[Cell, ...], ...]
    sql: str = ""
    """The query, for `tandem query`."""

    @model_validator(mode="after")
    def _is_a_rectangle(self) -> Self:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row is not as long as the columns are many")
        return self


class ChartKind(StrEnum):
    """How numbers are drawn."""

    BAR = "bar"
    HISTOGRAM = "histogram"  # labels are the lower edges of bins, with the last upper edge behind them
    LINE = "line"


class Series(Part):
    """The values of one line or of the bars; None where there is none."""

    name: str
    values: tuple[StrictInt | StrictFloat | None, ...]


class Chart(Part):
    """Numbers to be drawn, with what they say in words for those who do not see them."""

    kind: ChartKind
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...] = Field(min_length=1)
    unit: str = ""
    sql: str = ""

    @model_validator(mode="after")
    def _has_a_label_for_each_value(self) -> Self:
        edges = 1 if self.kind is ChartKind.HISTOGRAM else 0
        if any(len(one.values) + edges != len(self.labels) for one in self.series):
            raise ValueError("there is not one label for each value")
        return self


class Exhibit(Part):
    """Tables and charts about one thing: a type of record, what changed, a trend over runs."""

    title: str
    notes: tuple[str, ...] = ()
    """Sentences in which every number comes from a query."""
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


class RecordSource(Part):
    """A page whose record has a value, and how the value was obtained there."""

    url: str
    title: str
    body_digest: Digest = Field(pattern=r"^([0-9a-f]{2})*$")
    how: str = ""


class Side(Part):
    """One of the values, and who says so."""

    value: str
    pages: int = Field(ge=1)
    records: tuple[RecordSource, ...] = ()
    quotes: tuple[Quote, ...] = ()

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not self.records and not self.quotes:
            raise ValueError("a side of a contradiction has neither a record nor a quote")
        return self


class Contradiction(Part):
    """One thing of which pages say different things."""

    entity: str
    attribute: str
    sides: tuple[Side, ...] = Field(min_length=2)
    record: str = ""
    """The type of record, where records say so."""
    key: str = ""
    """The field by which the records were found to be about one thing."""
    sql: str = ""

    @model_validator(mode="after")
    def _differs(self) -> Self:
        if len({side.value for side in self.sides}) != len(self.sides):
            raise ValueError("two sides of a contradiction say the same")
        return self
