"""Contradictions, over tables that hold them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pytest

from analysis.contradictions import contradictions
from analysis.corpus import SourcePage
from analysis.exhibits import Contradiction
from analysis.over_time import records_since, trends
from analysis.record_figures import record_exhibit
from analysis.record_type import RecordType
from storage.catalog import Catalog, Source
from storage.own_queries import Tables, tables

PRODUCT = RecordType(
    "product",
    "product",
    {
        "title": "text",
        "price": "money",
        "sku": "text",
        "stock": "integer",
        "made": "date",
        "tags": "list text",
    },
)
_COLUMNS = (
    "url, run, ordinal, title, price::DECIMAL(18, 4) AS price, price_currency, sku, stock, "
    "made::DATE AS made, tags"
)
Row = dict[str, Any]


def row(url: str, **values: Any) -> Row:
    """A record with a text, a price, and what is told."""
    base: Row = {"title": "Lamp", "price": "10", "price_currency": "EUR", "sku": None, "stock": None}
    return {"url": url, "run": "r-1", "ordinal": 0, "made": None, "tags": ["a"]} | base | values


@contextmanager
def shop(*rows: Row) -> Iterator[Tables]:
    """These records as the view of their type."""
    schema = pa.schema(
        [
            *(
                (name, pa.string())
                for name in ("url", "run", "title", "price", "price_currency", "sku", "made")
            ),
            *((name, pa.int64()) for name in ("ordinal", "stock")),
            ("tags", pa.list_(pa.string())),
        ]
    )
    told = [
        {
            "url": one["url"],
            "run": one["run"],
            "record": "product",
            "sources": '{"price": {"how": "selector"}}',
        }
        for one in rows
    ]
    runs = [{"run": f"r-{number}", "number": number, "job": "shop"} for number in (1, 2)]
    pages = [{"run": one["run"], "outcome": "fetched", "reason": "ok"} for one in rows]
    sources = {
        "shop": Source(pending=pa.Table.from_pylist(list(rows), schema=schema)),
        "told": Source(pending=pa.Table.from_pylist(told)),
        "runs": Source(pending=pa.Table.from_pylist(runs)),
        "visits": Source(pending=pa.Table.from_pylist(pages)),
    }
    views = {
        "product": f"SELECT {_COLUMNS} FROM stored.shop",  # noqa: S608 - a constant
        "records": "SELECT * FROM stored.told",
        "runs": "SELECT * FROM stored.runs",
        "pages": "SELECT * FROM stored.visits",
    }
    with tables(Catalog(sources, views)) as opened:
        yield opened


def read(url: str) -> SourcePage:
    return SourcePage(
        url, f"Page {url}", f"A lamp. The price is {url[-2:]} EUR today.", url.encode(), "test 1"
    )


def found(*rows: Row) -> list[Contradiction]:
    with shop(*rows) as opened:
        return contradictions(opened.rows, PRODUCT, "r-1", read)


def test_two_prices_of_one_thing_are_told_with_their_pages() -> None:
    [one] = found(
        row("http://a.test/10", sku="L-1"),
        row("http://b.test/10", sku="l 1", price="10.00"),
        row("http://c.test/12", sku="L-1", price="12.50"),
    )
    assert (one.entity, one.attribute, one.key) == ("L-1", "price", "sku")
    assert [(side.value, side.pages) for side in one.sides] == [("10 EUR", 2), ("12.5 EUR", 1)]
    assert [record.url for record in one.sides[0].records] == ["http://a.test/10", "http://b.test/10"]
    assert one.sides[0].records[0].how == "selector"
    assert [quote.words for quote in one.sides[0].quotes] == ["The price is 10 EUR today."]
    assert one.sides[0].quotes[0].anchor == "10 EUR"
    assert one.sides[1].quotes == ()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row("a"), row("b", price="10.0000")], id="the same value"),
        pytest.param([row("a"), row("b", price="12", price_currency="USD")], id="two currencies"),
        pytest.param([row("a"), row("a", ordinal=1, price="12")], id="one page"),
        pytest.param([row("a", sku="1"), row("b", sku="2", price="12")], id="two things of one name"),
        pytest.param(
            [row("a", stock=1), row("a", ordinal=1, stock=2), row("b", stock=2)], id="variants on one page"
        ),
        pytest.param([row("a", sku="1", title="Lamp"), row("b", sku="1", title="LAMP!")], id="spelling"),
        pytest.param([row("a", sku="1", title="Lamp"), row("b", sku="1", title="Lamp red")], id="cut"),
        pytest.param([row("a"), row("b", price="12", run="r-2")], id="another run"),
    ],
)
def test_what_is_no_contradiction(rows: list[Row]) -> None:
    assert found(*rows) == []


def test_a_contradiction_is_told_once_by_the_strictest_key() -> None:
    [one] = found(row("a", sku="1", stock=3), row("b", sku="1", stock=4))
    assert (one.key, one.attribute) == ("sku", "stock")


def test_things_without_a_number_are_known_by_their_title() -> None:
    [one] = found(row("a", made="2026-01-02"), row("b", made="2026-01-03"))
    assert (one.entity, one.attribute, [side.value for side in one.sides]) == (
        "Lamp",
        "made",
        ["2026-01-02", "2026-01-03"],
    )


def test_hostile_values_stay_values() -> None:
    [one] = found(row("a'--", sku="'; DROP"), row('b"', sku="'; drop", price="11"))
    assert one.entity == "'; DROP"


def test_figures_of_a_type_are_those_of_its_rows() -> None:
    rows = [
        row(f"u{n}", price=str(n), stock=n % 3, title=f"T{n}", tags=[], made=f"{2020 + n % 4}-05-01")
        for n in range(1, 101)
    ]
    with shop(*rows, row("u101", price="7", price_currency="USD")) as opened:
        exhibit = record_exhibit(opened.rows, PRODUCT, "r-1")
        assert record_exhibit(opened.rows, PRODUCT, "r-2") is None
    assert exhibit is not None
    filled = {cells[0]: cells[2:] for cells in exhibit.tables[0].rows}
    assert filled["price"] == (101, 0, 100)
    assert filled["sku"] == (0, 101, 0)
    assert filled["tags"][0] == 1
    [money] = [table for table in exhibit.tables if "currency" in table.title]
    assert money.rows == (("EUR", 100, 1, 50.5, 100, 50.5), ("USD", 1, 7, 7, 7, 7))
    [prices, stock] = [chart for chart in exhibit.charts if chart.kind == "histogram"]
    assert (sum(prices.series[0].values), prices.unit) == (100, "EUR")  # type: ignore[arg-type]
    assert stock.series[0].values == (33, 34, 33)
    assert prices.labels[:2] == ("0", "10")
    [made] = [chart for chart in exhibit.charts if chart.title == "made by year"]
    assert dict(zip(made.labels, made.series[0].values, strict=True)) == dict.fromkeys(
        ("2020", "2021", "2022", "2023"), 25
    )


def test_what_changed_since_the_run_before_is_listed() -> None:
    old = [row("kept", run="r-1"), row("dearer", run="r-1"), row("gone", run="r-1")]
    new = [row("kept", run="r-2"), row("dearer", run="r-2", price="15"), row("new", run="r-2")]
    with shop(*old, *new) as opened:
        exhibit = records_since(opened.rows, PRODUCT, "r-2", "r-1")
        lines = list(trends(opened.rows, [PRODUCT], "shop", 2))
        assert list(trends(opened.rows, [PRODUCT], "shop", 1)) == []
    assert exhibit is not None
    assert exhibit.tables[0].rows == ((1, 1, 2),)
    assert exhibit.tables[1].rows == (("dearer", 10, 15, 5),)
    assert [chart.title for line in lines for chart in line.charts] == [
        "Pages from run to run",
        "Records from run to run",
        "Median of price from run to run",
    ]
    assert lines[1].charts[0].series[0].values == (3, 3)
