"""`tandem selectors` on a workspace in which a crawl has learned."""

import json
from pathlib import Path

import pytest

from scraper.selection.desk import kept, rows_of
from scraper.selection.learn import HostLearning
from storage.learned_rows import keep_learned
from storage.learned_store import learned_in
from storage.ledger import Ledger
from storage.workspace import hold, ledger_path, prepare
from tandem.__main__ import enter
from tests.scraper.selection.small_crawl import SmallCrawl
from tests.scraper.selection.template_family import WANTED, page

HOST = "shop.example"


@pytest.fixture
async def workspace(tmp_path: Path) -> Path:
    crawl = SmallCrawl(HOST, WANTED)
    for number in range(6):
        made = page(number, with_brand=True)
        crawl.read(made.url, made.html, made.body, made.places)
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        changes = kept(crawl.learning.take_changes(with_counts=True))
        await ledger.write(lambda c: keep_learned(c, *changes))
    return tmp_path


def _selectors(workspace: Path, *arguments: str) -> int:
    return enter(["selectors", *arguments, "--workspace", str(workspace)])


def _read(workspace: Path) -> SmallCrawl:
    """A crawl that begins with what the workspace knows."""
    crawl = SmallCrawl(HOST, WANTED)
    crawl.learning = HostLearning(HOST, *rows_of(learned_in(workspace)))
    return crawl


def _value(crawl: SmallCrawl, field: str) -> object:
    made = page(50, with_brand=True)
    return crawl.read(made.url, made.html, made.body).get(field)


def test_the_list_tells_what_is_tried_first(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _selectors(workspace, "list", HOST) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["HOST", "TEMPLATE", "RECORD", "FIELD", "STATE", "SELECTOR"]
    assert len(lines) == 1 + len(WANTED.fields)
    assert any(
        "upc" in line and 'promoted  label "UPC" of th in table.details -> next -> text' in line
        for line in lines
    )


def test_one_field_is_shown_with_votes_and_reasons(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _selectors(workspace, "show", HOST, "--field", "price") == 0
    out = capsys.readouterr().out
    assert out.startswith("template ")
    assert "of shop.example, /catalogue/*, 6 pages" in out
    assert "product.price: promoted version 1" in out
    assert "3 of 3 pages agree" in out
    assert "css div.summary > p.price -> text  (3 agreed, 0 differed)" in out
    assert _selectors(workspace, "show", HOST, "--field", "price", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["selectors"][0] == {
        "line": "css div.summary > p.price -> text",
        "agreed": 3,
        "differed": 0,
        "missed": 0,
    }


def test_a_pin_wins_and_forgetting_it_brings_the_learned_back(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _selectors(workspace, "pin", HOST, "product", "upc", 'label "Weight" -> next -> text') == 0
    assert "pinned product.upc on all pages of shop.example" in capsys.readouterr().out
    assert str(_value(_read(workspace), "upc")).endswith(" kg")
    assert _selectors(workspace, "forget", HOST, "--field", "upc") == 0
    made = page(50, with_brand=True)
    crawl = _read(workspace)
    assert _value(crawl, "upc") is None
    assert _value(crawl, "title") == made.truth["title"]


def test_a_pin_works_while_a_run_holds_the_workspace(workspace: Path) -> None:
    with hold(workspace):
        assert _selectors(workspace, "pin", HOST, "product", "upc", "css td -> text") == 0


def test_nothing_is_forgotten_under_a_run(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hold(workspace):
        assert _selectors(workspace, "forget", HOST) == 21
    assert "is held by process" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pin", HOST, "product", "upc", "td"], "'td': a selector begins with css"),
        (
            ["pin", HOST, "product", "upc", "css td -> text", "--template", "0" * 12],
            "has no template 000000000000",
        ),
        (["forget", "other.example"], "nothing is known of other.example"),
        (["show", "other.example"], "nothing is known of other.example"),
        (["import", "nowhere.json"], "nowhere.json: No such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    workspace: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _selectors(workspace, *arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_whole_host_can_be_forgotten(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _selectors(workspace, "forget", HOST) == 0
    assert capsys.readouterr().out == "forgot 1 templates and 7 sets of selectors\n"
    assert _selectors(workspace, "list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_what_goes_out_comes_in_elsewhere_and_reads_the_same(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "selectors.json"
    assert _selectors(workspace, "export", HOST, "-o", str(file)) == 0
    edited = file.read_text().replace("h1.name", "h1")
    file.write_text(edited)
    other = tmp_path / "other"
    prepare(other)
    assert _selectors(other, "import", str(file)) == 2  # no run has written there
    ledger_path(other).write_bytes(b"")
    assert _selectors(other, "import", str(file)) == 0
    made = page(50, with_brand=True)
    crawl = _read(other)
    found = crawl.read(made.url, made.html, made.body)
    assert found == made.truth
    assert _selectors(workspace, "import", str(file)) == 0
    assert {row.version for row in learned_in(workspace).fields} == {1}


def test_an_old_ledger_knows_no_selectors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(tmp_path)
    ledger_path(tmp_path).write_bytes(b"")
    assert _selectors(tmp_path, "list") == 0
    assert capsys.readouterr().out.startswith("HOST")
