"""Selectors are followed through pages."""

# ruff: noqa: E501 - the long lines are markup

import pytest

from scraper.document import Document
from scraper.selection.evaluate import shown, spots
from scraper.selection.nodes import node_at, path_of, text_of
from scraper.selection.outline import Outline
from scraper.selection.selector import parsed

PAGE = """<html><body><h1 id="top">Paper &amp; ink</h1>
<table class="details"><tr><th>UPC</th><td>a1</td></tr><tr><th>Price (net)</th><td><span>£5</span> each</td></tr></table>
<table class="grid"><thead><tr><th>Size</th><th>Mass</th></tr></thead><tbody><tr><td>M</td><td>3 kg</td></tr></tbody></table>
<dl><dt>Written by:</dt><dd>Ada <i hidden>Nobody</i></dd><dt>Year</dt><dd>1843</dd></dl>
<p class="lines"><b>Format:</b> Paperback <b>Pages:</b> 96<br>Weight: 90 g<br>Colour: red</p>
<div class="pair"><div><span class="key">Brand</span></div><div class="said">Contoso</div></div>
<p class="stock">In stock (22 available)</p><p>Origin: <a href="/peru">Peru</a></p>
<p class="price">£9</p><p class="price" style="display:none">£8</p><img alt="" data-zoom="/big.jpg">
<p>A "quoted" label: yes</p></body></html>"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("css #top -> text", ["Paper & ink"]),
        ("css img -> @data-zoom", ["/big.jpg"]),
        ("css img -> @srcset", []),
        ('label "UPC" of th in table.details -> next -> text', ["a1"]),
        ('label "upc:" -> next -> text', ["a1"]),
        ('label "Price (net)" -> next -> css span -> text', ["£5"]),
        ('label "Size" of th -> below -> text', ["M"]),
        ('label "Mass" of th -> below -> text', ["3 kg"]),
        ('label "Written by" of dt -> next -> text', ["Ada"]),
        ('label "Format" of b -> rest -> text', ["Paperback"]),
        ('label "Pages" of b -> rest -> text', ["96"]),
        ('label "Brand" of span -> parent next -> text', ["Contoso"]),
        ('label "Brand" -> parent next -> text', ["Contoso"]),
        ('label "UPC" of th -> parent next -> text', []),
        ('label "UPC" of th -> below -> text', []),
        ('label "Origin" of p -> here -> css a -> @href', ["/peru"]),
        ('label "Origin" of p -> rest -> text', ["Peru"]),
        ('label "UPC" in dl -> next -> text', []),
        ('label "U" of th -> next -> text', []),
        ('label "A \\"quoted\\" label" -> rest -> text', ["yes"]),
        ('css p.stock -> text -> after "(" -> before "available"', ["22"]),
        ('css p.stock -> text -> after "["', []),
        ('css p.stock -> text -> before "("', ["In stock"]),
        ("css p.price -> text", ["£9"]),
        ("css #nowhere -> text", []),
    ],
)
def test_a_selector_finds_its_words(line: str, words: list[str]) -> None:
    found = shown(spots(Document(PAGE).tree.root, parsed(line)))
    assert [spot.words for spot in found] == words


def test_a_record_is_read_from_itself() -> None:
    record = Document('<a class="card" href="/7"><b>Seven</b></a><a class="card" href="/8">').tree.css(
        "a.card"
    )[0]
    assert [spot.words for spot in spots(record, parsed("here -> @href"))] == ["/7"]
    assert [spot.words for spot in spots(record, parsed("css b -> text"))] == ["Seven"]


def test_nodes_and_outlines_tell_the_same_of_every_element() -> None:
    document = Document(PAGE)
    outline = Outline(document.tree)
    for element in outline.elements:
        assert text_of(element.node) == element.text
        assert path_of(element.node) == element.path
        found = node_at(document.tree.root, element.path)
        assert found is not None
        assert found.mem_id == element.node.mem_id


@pytest.mark.parametrize(
    "path", ["", "/", "/body[1]", "/html[1]/p[1]", "/html[1]/body[1]/p[0]", "/html[1]/body[x]"]
)
def test_a_path_that_leads_nowhere_gives_nothing(path: str) -> None:
    assert node_at(Document(PAGE).tree.root, path) is None
