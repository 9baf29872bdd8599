import json
from typing import Any

import pytest

from scraper.document import Document
from scraper.pages import Parsed, ParseSettings, Raw
from scraper.parse import PageParser
from scraper.render.answer_page import FilledPage, filled

SHELL = b"<!doctype html><html><head><title>App</title></head><body><div id=root></div></body></html>"
HTML = "text/html; charset=utf-8"


def page(said: Any, raw: bytes = SHELL, *, takes_title: bool = True) -> FilledPage:
    made = filled((raw, HTML), json.dumps(said).encode(), takes_title=takes_title)
    assert made is not None
    return made


def read(made: FilledPage) -> Parsed:
    raw = Raw("https://shop.test/item/1", made.html.encode(), HTML, "text/html", "shop.test")
    return PageParser(ParseSettings("Tandem/1")).parse(raw)


def words(made: FilledPage) -> str:
    body = Document(made.html).tree.body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


def test_values_stand_beside_their_names_and_long_ones_are_paragraphs() -> None:
    text = "It was made with care. " * 20
    made = page({"data": {"name": "Brass lamp", "weight_kg": 2.50, "in_stock": True, "text": text}})
    assert "<h1>Brass lamp</h1>" in made.html
    assert "<th>Weight kg</th><td>2.5</td>" in made.html
    assert "<th>In stock</th><td>yes</td>" in made.html
    assert f"<p>{text.strip()}" in made.html
    assert {"data", "data.name", "data.weight_kg"} <= made.names
    assert {"brass", "lamp", "care"} <= made.words


def test_an_amount_has_its_currency() -> None:
    assert "<td>12.50 EUR</td>" in page({"price": "12.50", "currency": "EUR"}).html


def test_the_raw_page_stays_and_gives_its_title_unless_it_is_a_shell() -> None:
    raw = SHELL.replace(b"<div", b"<p>Known words.</p><div")
    assert read(page({"title": "Lamp"}, raw)).title == "Lamp"
    assert read(page({"title": "Lamp"}, raw, takes_title=False)).title == "App"
    assert "Known words." in words(page({"title": "Lamp"}, raw))


def test_lists_of_things_are_tables_and_addresses_links() -> None:
    things = [{"name": f"Lamp {n}", "url": f"/item/{n}"} for n in range(3)]
    made = page({"items": things, "more": "https://shop.test/page/2", "parts": ["foot", "shade"]})
    urls = [url for _, url in read(made).follow]
    assert urls == ["https://shop.test/page/2", *(f"https://shop.test/item/{n}" for n in range(3))]
    assert "<td>Lamp 2</td>" in made.html
    assert "foot, shade" in words(made)


def test_markup_gives_its_texts_and_links_and_nothing_that_speaks_to_machines() -> None:
    told = (
        '<h1 onclick="x()">Kept &amp; seen</h1><base href="https://evil.test/">'
        '<meta name="robots" content="noindex">'
        '<link rel="canonical" href="https://evil.test/"><script>alert("unseen")</script><table><tr><td>cell'
        '</table></main></body><a href="/next" style="x">next</a>'
        '<meta http-equiv="refresh" content="0;url=/evil">'
        '<script type="application/ld+json">{"name": "unseen"}'
    )
    made = page({"html": told})
    parsed = read(made)
    assert "Kept & seen" in words(made)
    assert "cell" in words(made)
    assert "unseen" not in made.html
    assert not parsed.noindex
    assert not parsed.canonical
    assert not parsed.refresh
    assert [url for _, url in parsed.follow] == ["https://shop.test/next"]


def test_values_and_names_cannot_become_elements() -> None:
    made = page({"</td><script>x": "<script>alert(1)</script>", "title": "<b>Bold"})
    assert "<script" not in made.html
    assert "<b>Bold" in made.html


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"not json", b"[]", b"{}", b'"text"', b"\xff\xfe\x00", b"[" * 100_000,
        b'{"a":' * 30 + b"1" + b"}" * 30, json.dumps(list(range(50_000))).encode(),
    ],
)  # fmt: skip
def test_what_holds_no_data_fills_nothing(answer: bytes) -> None:
    assert filled((SHELL, HTML), answer, takes_title=True) is None


def test_halves_of_characters_do_no_harm() -> None:
    made = filled((SHELL, HTML), b'{"title": "lone \\ud800 half", "text": "a"}', takes_title=True)
    assert made is not None
    assert "lone" in made.html
