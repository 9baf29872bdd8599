"""Figures of a report that are not those of the store."""

from typing import Any

import pytest

from analysis.exhibits import (
    Chart,
    ChartKind,
    Column,
    Contradiction,
    Exhibit,
    RecordSource,
    Series,
    Side,
    Table,
)
from analysis.report import Counted
from analysis.verify_figures import verify_figures
from tests.analysis.sample import sample

PRICES = Table(
    title="price by currency",
    columns=(Column(name="currency"), Column(name="records", is_number=True)),
    rows=(("EUR", 12), ("USD", 3)),
    sql="SELECT 1",
)
CHART = Chart(
    kind=ChartKind.BAR,
    title="Commonest values of color",
    description="red: 3, blue: 2.",
    labels=("red", "blue"),
    series=(Series(name="records", values=(3, 2)),),
)
PRODUCTS = Exhibit(title="product", notes=("15 records.",), tables=(PRICES,), charts=(CHART,))


def _side(value: str) -> Side:
    return Side(
        value=value, pages=1, records=(RecordSource(url="http://a.test/", title="", body_digest="ab" * 32),)
    )


DIFFERING = Contradiction(
    entity="Lamp", attribute="price", sides=(_side("12 EUR"), _side("14 EUR")), record="product", key="sku"
)


def _found(shown: Exhibit, told: Contradiction = DIFFERING) -> list[str]:
    report = sample().model_copy(update={"data": (shown,), "trends": (), "contradictions": (told,)})
    counted = Counted(data=[PRODUCTS], contradictions=[DIFFERING])
    return [one.title for one in verify_figures(report, counted)]


def _with(part: Any, **changes: Any) -> Any:
    return part.model_copy(update=changes)


def test_what_was_counted_holds_whatever_query_it_was() -> None:
    assert _found(_with(PRODUCTS, tables=(_with(PRICES, sql="SELECT 2"),))) == []


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (_with(PRODUCTS, tables=(_with(PRICES, rows=(("EUR", 13), ("USD", 3))),)), "price by currency"),
        (_with(PRODUCTS, tables=(_with(PRICES, rows=(("EUR", 12),)),)), "price by currency"),
        (_with(PRODUCTS, charts=(_with(CHART, labels=("red", "green")),)), "Commonest values of color"),
        (_with(PRODUCTS, charts=(_with(CHART, description="red: 30."),)), "Commonest values of color"),
        (_with(PRODUCTS, notes=("16 records.",)), "16 records."),
    ],
)
def test_any_other_figure_is_found(shown: Exhibit, said: str) -> None:
    assert _found(shown) == [said]


def test_a_table_under_another_title_is_no_proof() -> None:
    assert _found(_with(PRODUCTS, title="house")) == [
        "price by currency",
        "Commonest values of color",
        "15 records.",
    ]


def test_a_contradiction_of_records_has_its_values_and_pages() -> None:
    changed = _with(DIFFERING, sides=(_side("12 EUR"), _side("15 EUR")))
    assert _found(PRODUCTS, changed) == ["Lamp: price"]
    assert _found(PRODUCTS, _with(changed, record="")) == []  # a model's, which rests on quotes
