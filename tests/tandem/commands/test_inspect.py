import json
from pathlib import Path

import pytest

from tandem.__main__ import enter
from tests.scraper.documents.pdf_maker import Sheet, pdf

PAGE = (
    "<html lang=en><title>Rivers</title><nav><a href=/a>Menu of the site</a></nav><main><h1>Rivers</h1>"
    + "".join(
        f"<p>The river number {n} runs from the hills down to the sea, and many towns lie on its banks.</p>"
        for n in range(12)
    )
    + "</main>"
)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text(PAGE)
    return "page.html"


def test_a_file_is_read_and_its_picture_drawn(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", page]) == 0
    told = capsys.readouterr().out
    assert "title       Rivers\n" in told
    assert told.endswith("picture     inspect.html\n")
    assert "The river number 11 runs" in Path("inspect.html").read_text()


def test_a_document_is_read_as_the_page_that_it_makes(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("river.pdf").write_bytes(pdf([Sheet(("The river runs to the sea.",))], {"Title": "On rivers"}))
    assert enter(["inspect", "river.pdf"]) == 0
    told = capsys.readouterr().out
    assert "title       On rivers\n" in told
    assert "text        The river runs to the sea.\n" in told
    assert "expected" not in told


def test_a_picture_is_replaced_only_by_force(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("inspect.html").write_text("mine")
    assert enter(["inspect", page]) == 2
    assert "--force" in capsys.readouterr().err
    assert Path("inspect.html").read_text() == "mine"
    assert enter(["inspect", page, "--force"]) == 0
    assert Path("inspect.html").read_text() != "mine"
    assert enter(["inspect", page, "-o", "other.html"]) == 0
    assert Path("other.html").exists()


def test_programs_read_every_block_and_no_file_appears(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", page, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reason"] == "ok"
    assert told["language"] == "en"
    assert {one["text"]: one["is_kept"] for one in told["blocks"]}["Menu of the site"] is False
    assert not Path("inspect.html").exists()


@pytest.mark.parametrize("target", ["nowhere.html", "http://a.test/x"])
def test_what_is_not_there_is_wrong_usage(page: str, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", target, "--workspace", "none"]) == 2
    assert capsys.readouterr().err.startswith("tandem: ")
    assert not Path("inspect.html").exists()


def test_a_file_without_a_page_says_why(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.html").write_bytes(b"")
    assert enter(["inspect", "empty.html"]) == 0
    assert "read        empty\n" in capsys.readouterr().out


def test_a_topic_shows_how_relevant_the_page_is_and_where_it_would_lead(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(["inspect", page, "--topic", "Where do rivers run to?", "--json"]) == 0
    view = json.loads(capsys.readouterr().out)["topic"]
    assert view["relevance"] > 0.8
    assert set(view["terms"]) == {"river", "run"}
    assert [(link["url"], link["text"]) for link in view["links"]] == [
        ("http://localhost/a", "Menu of the site")
    ]
    assert enter(["inspect", page, "--topic", "steam engines"]) == 0
    assert "relevance   0.00 of 1" in capsys.readouterr().out


def test_a_topic_without_a_word_is_refused(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", page, "--topic", "?!", "-o", "x.html"]) == 2
    assert "--topic holds no word" in capsys.readouterr().err


SHOP = (
    '<html lang=en><link rel=canonical href="http://shop.test/lamps"><main><h1>Lamps</h1><ul class=grid>'
    + "".join(
        f'<li class=card><h3><a href="/{name}">The {name}</a></h3>'
        f"<p class=price><del>€{n}5.00</del> €{n}0.00</p></li>"
        for n, name in enumerate(("torch", "lantern", "beacon"), start=1)
    )
    + "</ul></main>"
)
WISH = "record: lamp\nmany: true\nfields: {title: text, price: money, url: url, origin: text}\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.html").write_text(SHOP)
    (tmp_path / "lamp.yaml").write_text(WISH)
    return "shop.html"


def test_programs_read_the_lists_of_a_page(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", shop, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["groups"][0] == [[f"/html[1]/body[1]/main[1]/ul[1]/li[{n}]"] for n in (1, 2, 3)]
    assert "records" not in told


def test_programs_read_fields_with_their_sources(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", shop, "--fields", "lamp.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    price = {"amount": "20.00", "currency": "EUR"}
    assert told["records"][1] == {
        "record": "lamp", "title": "The lantern", "price": price, "url": "http://shop.test/lantern",
    }  # fmt: skip
    source = told["sources"][1]["price"]
    assert source["path"] == "/html[1]/body[1]/main[1]/ul[1]/li[2]/p[1]"
    assert (source["how"], source["text"], source["span"]) == ("scorer", "€20.00", [7, 13])
    crossed_out = [
        one for one in told["candidates"]["lamp"]["price"] if one["why_not"].startswith("crossed out")
    ]
    assert [one["value"]["amount"] for one in crossed_out] == ["15.00"]


def test_people_read_fields_and_why_others_were_not_taken(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(["inspect", shop, "--fields", "lamp.yaml"]) == 0
    told = capsys.readouterr().out
    assert "\nlamp: 3 records, " in told
    assert "  title          The torch (scorer " in told
    assert "  origin         nothing found\n" in told
    assert 'not {"amount": "15.00", "currency": "EUR"}: crossed out, ' in told


def test_the_picture_marks_fields_and_lists(shop: str) -> None:
    assert enter(["inspect", shop, "--fields", "lamp.yaml", "-o", "lamps.html"]) == 0
    drawn = Path("lamps.html").read_text()
    assert "<mark>The torch</mark>" in drawn
    assert "list 1: 3 records" in drawn
    assert "crossed out" in drawn


def test_what_a_page_says_does_not_become_markup_of_the_picture(shop: str) -> None:
    Path("shop.html").write_text(SHOP.replace("The torch", "&lt;script&gt;alert(1)&lt;/script&gt;"))
    assert enter(["inspect", shop, "--fields", "lamp.yaml", "-o", "lamps.html"]) == 0
    drawn = Path("lamps.html").read_text()
    assert "alert(1)" in drawn
    assert "<script" not in drawn


def test_a_wrong_wish_is_named_with_its_line(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("lamp.yaml").write_text("record: lamp\nfields: {price: mony}\n")
    assert enter(["inspect", shop, "--fields", "lamp.yaml"]) == 2
    assert "lamp.yaml:2" in capsys.readouterr().err


def test_the_same_value_at_another_place_is_no_runner_up(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    thing = '{"@type": "Product", "name": "The torch", "offers": {"price": "9.00", "priceCurrency": "EUR"}}'
    page = f'<script type="application/ld+json">{thing}</script><h1>The torch</h1><p class=price>€9.00</p>'
    Path("torch.html").write_text(f"<html lang=en><title>The torch</title>{page}")
    Path("one.yaml").write_text("record: product\nfields: {title: text, price: money}\n")
    assert enter(["inspect", "torch.html", "--fields", "one.yaml"]) == 0
    told = capsys.readouterr().out
    assert "\nproduct: 1 record, " in told
    assert "title          The torch (json-ld " in told
    assert "not The torch" not in told
