"""Checks the tables, charts and contradictions of a report against what queries give now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.exhibits import Chart, Contradiction, Exhibit, Table
from analysis.report import Counted
from analysis.schema import Report


@dataclass(frozen=True, slots=True)
class Miscounted:
    """Figures that the store does not bear out, or not any more."""

    section: str
    title: str


def verify_figures(report: Report, counted: Counted) -> Iterator[Miscounted]:
    """Every exhibit whose figures are others than those that were counted just now, by the same queries."""
    yield from _exhibits(report.data, counted.data)
    yield from _exhibits(report.trends, counted.trends)
    known = {_said(one) for one in counted.contradictions}
    for one in report.contradictions:
        # those that a model noted rest on quotes alone, which are checked as such
        if one.record and _said(one) not in known:
            yield Miscounted("Contradictions", f"{one.entity}: {one.attribute}")


def _exhibits(shown: Sequence[Exhibit], counted: Sequence[Exhibit]) -> Iterator[Miscounted]:
    known = {(exhibit.title, _figures(part)) for exhibit in counted for part in _parts(exhibit)}
    spoken = {(exhibit.title, note) for exhibit in counted for note in exhibit.notes}
    for exhibit in shown:
        for part in _parts(exhibit):
            if (exhibit.title, _figures(part)) not in known:
                yield Miscounted(exhibit.title, part.title)
        for note in exhibit.notes:
            if (exhibit.title, note) not in spoken:
                yield Miscounted(exhibit.title, note)


def _parts(exhibit: Exhibit) -> tuple[Table | Chart, ...]:
    return (*exhibit.tables, *exhibit.charts)


def _figures(part: Table | Chart) -> tuple[Any, ...]:
    """Everything that is said in figures; how it is drawn and which query it was may be told otherwise."""
    if isinstance(part, Table):
        return part.title, tuple(column.name for column in part.columns), part.rows
    return part.title, part.description, part.labels, tuple((one.name, one.values) for one in part.series)


def _said(one: Contradiction) -> tuple[Any, ...]:
    return (
        one.record,
        one.key,
        one.entity,
        one.attribute,
        tuple((side.value, side.pages) for side in one.sides),
    )
