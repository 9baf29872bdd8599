"""Every example of docs/tables.md is executed, and every column it names is there."""

import datetime
import re
from pathlib import Path

import pyarrow as pa
import pytest

from storage import views
from storage.catalog import Catalog, Limits, Source
from storage.columns import PAGES, PLAIN_PAGES, PageRow
from storage.report_claims import CLAIMS
from storage.segment import write_segment
from storage.sql import read, trusted
from storage.template_table import TEMPLATES
from storage.views import base_views, record_views

from .rows import FRAME, page, record

PAGE = (Path(__file__).parents[2] / "docs" / "tables.md").read_text()
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
SECTIONS = {text.split("\n", 1)[0]: text for text in PAGE.split("\n## ")[1:]}
NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
RUNS = pa.Table.from_pylist(
    [
        {
            "run": "books-1",
            "job": "books",
            "number": 1,
            "state": "ended",
            "started_at": NOW,
            "ended_at": NOW,
            "exit_code": 0,
            "note": "",
        }
    ]
)


FILES = pa.table(
    {
        "visit": [1, 2],
        "ordinal": [0, 0],
        "kind": ["viewport", "download"],
        "digest": ["ab", "ab"],
        "media_type": ["image/png", "image/png"],
        "bytes": [3, 3],
        "name": ["", "a.png"],
        "path": ["files/ab/ab.png", "files/ab/ab.png"],
    }
)


@pytest.fixture(params=[False, True], ids=["plain", "rendered"])
def catalog(tmp_path: Path, request: pytest.FixtureRequest) -> Catalog:
    plain = [page(n) for n in range(9)]
    write_segment(tmp_path / "p.parquet", PLAIN_PAGES, plain)
    write_segment(tmp_path / "d.parquet", PAGES, [rendered(n) for n in range(9, 12)])
    write_segment(tmp_path / "r.parquet", "records", [record(n) for n in range(9)])
    sources = {
        "pages": Source((tmp_path / "p.parquet",), PLAIN_PAGES.schema.empty_table()),
        "records": Source((tmp_path / "r.parquet",)),
        "links": Source(),
        "content": Source(),
        "runs": Source(pending=RUNS),
        "claims": Source(pending=CLAIMS.empty_table()),
        "render_templates": Source(pending=TEMPLATES.empty_table()),
    }
    typed = record_views({"product": {"title": "text", "price": "money"}}, False)
    if not request.param:
        return Catalog(sources, base_views(False) | views.BESIDE | typed)
    pages = Source((tmp_path / "d.parquet",), narrow=(tmp_path / "p.parquet",))
    sources |= {"pages": pages, "page_files": Source(pending=FILES)}
    base = base_views(False, has_renderings=True, has_files=True)
    return Catalog(sources, base | views.BESIDE | typed)


def rendered(number: int) -> PageRow:
    """A page whose document is read in place of its body."""
    dom = f"<p>{number}".encode()
    row = page(number)._replace(rendered=True, render_why="always", render_outcome="ok")
    return row._replace(dom_bytes=len(dom), dom_digest=bytes([number]) * 32, dom=FRAME.compress(dom))


@pytest.mark.parametrize(("view", "rows"), [("pages", 12), ("renderings", 3), ("files", 2)])
def test_the_views_have_the_same_columns_whether_or_not_pages_were_rendered(
    catalog: Catalog, view: str, rows: int
) -> None:
    with trusted(catalog, Limits()) as engine:
        schema, reader = read(engine, f"FROM {view}")
        count = reader.read_all().num_rows
    is_rendered = "page_files" in catalog.sources
    assert count == (rows if is_rendered else {"pages": 9}.get(view, 0))
    plain = Catalog({"pages": Source(), "content": Source()}, base_views(False))
    some = {name: text for name, text in plain.views.items() if name in {"content", view}}
    with trusted(Catalog(plain.sources, some)) as engine:
        same, _ = read(engine, f"FROM {view}")
    assert [(f.name, f.metadata) for f in schema] == [(f.name, f.metadata) for f in same]


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_is_answered(catalog: Catalog, query: str) -> None:
    with trusted(catalog, Limits()) as engine:
        schema, reader = read(engine, query)
        reader.read_all()
    assert len(schema) > 0


@pytest.mark.parametrize("view", SECTIONS)
def test_the_page_names_exactly_the_columns_of_a_view(catalog: Catalog, view: str) -> None:
    table = SECTIONS[view].split("```")[0].split("### ")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    with trusted(catalog, Limits()) as engine:
        schema, _ = read(engine, f"FROM {view}")
    assert named == set(schema.names)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10
    tables = {"pages", "records", "links", "renderings", "files", "claims", "render_templates"}
    tables |= {"hosts", "runs"}
    assert set(SECTIONS) == tables


@pytest.mark.parametrize(
    ("kind", "value", "column", "shown"),
    [
        ("text", '"x"', "f", "x"),
        ("integer", "7", "f", "7"),
        ("integer", '"no number"', "f", "None"),
        ("number", "1.5", "f", "1.5"),
        ("money", '{"amount": "12.99", "currency": "EUR"}', "f", "12.9900"),
        ("money", '{"amount": "12.99", "currency": null}', "f_currency", "None"),
        ("date", '"2026-01-02"', "f", "2026-01-02"),
        ("datetime", '"2026-01-02T03:04:05Z"', "f", "2026-01-02 03:04:05+00:00"),
        ("boolean", "true", "f", "True"),
        ("list[text]", '["a", "b"]', "f", "['a', 'b']"),
        ("list[integer]", "[1, 2]", "f", "[1, 2]"),
        ("enum", '"red"', "f", "red"),
        ("text", "null", "f", "None"),
    ],
)
def test_a_field_has_its_type(tmp_path: Path, kind: str, value: str, column: str, shown: str) -> None:
    row = record(1)._replace(data=f'{{"f": {value}}}')
    write_segment(tmp_path / "r.parquet", "records", [row])
    views = record_views({"product": {"f": kind}}, False)
    with trusted(Catalog({"records": Source((tmp_path / "r.parquet",))}, views)) as engine:
        _, reader = read(engine, "FROM product")
        assert str(reader.read_all().to_pylist()[0][column]) == shown


@pytest.mark.parametrize("name", ["it's", 'a "b"', "two words", "select", "päge"])
def test_any_name_of_a_field_or_record_is_quoted(tmp_path: Path, name: str) -> None:
    row = record(1)._replace(record=name, data=f'{{"{name.replace(chr(34), chr(92) + chr(34))}": "v"}}')
    write_segment(tmp_path / "r.parquet", "records", [row])
    views = record_views({name: {name: "text"}}, False)
    with trusted(Catalog({"records": Source((tmp_path / "r.parquet",))}, views)) as engine:
        _, reader = read(engine, 'FROM "' + name.replace('"', '""') + '"')
        assert reader.read_all().to_pylist()[0][name] == "v"


def test_a_record_type_never_hides_a_table() -> None:
    assert list(record_views({"pages": {"title": "text"}}, False)) == ["pages_records"]
