"""Selectors that are made find their own element again, and prefer what lasts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.document import Document
from scraper.selection.evaluate import Spot, shown, spots
from scraper.selection.nodes import Node, text_of
from scraper.selection.selector import Selector, parsed
from scraper.selection.synthesis import MOST, synthesise

_TAGS = st.sampled_from(["div", "p", "span", "ul", "li", "section", "b", "table"])
_CLASSES = st.sampled_from(["", "card", "price", "name big", "css-1x9", "active", "bdVaJa", "in on"])
_TEXTS = st.sampled_from(["", "Price:", "9 £", "a -> b", 'say "so"', "Ünï", "  two\n words "])


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def built(tag: str, classes: str, identity: str, inner: list[str]) -> str:
        mark = f' id="{identity}"' if identity else ""
        return f'<{tag} class="{classes}"{mark}>{"".join(inner)}</{tag}>'

    names = st.sampled_from(["", "", "", "top", "n7"])
    return st.builds(built, _TAGS, _CLASSES, names, st.lists(children, max_size=4))


_TREES = st.recursive(_TEXTS, _element, max_leaves=25).map(lambda inner: f"<main>{inner}</main>")


def _made(root: Node, target: Spot) -> tuple[Selector, ...]:
    def accepts(found: list[Spot]) -> bool:
        return [(one.node.mem_id, one.words) for one in found] == [(target.node.mem_id, target.words)]

    return synthesise(root, [target], accepts)


@given(_TREES, st.integers(0, 1_000))
def test_every_selector_finds_its_element_and_no_other(html: str, choice: int) -> None:
    root = Document(html).tree.root
    nodes = [node for node in root.css("main, main *") if text_of(node)]
    if not nodes:
        return
    node = nodes[choice % len(nodes)]
    text = text_of(node)
    made = _made(root, Spot(node, "", text, 0, len(text)))
    assert 0 < len(made) <= MOST
    for selector in made:
        found = shown(spots(root, parsed(str(selector))))
        assert [(one.node.mem_id, one.words) for one in found] == [(node.mem_id, text)]


def _lines(html: str, css: str, *, part: str = "", attribute: str = "") -> list[str]:
    root = Document(html).tree.root
    node = root.css_first(css)
    text = node.attributes[attribute] if attribute else text_of(node)
    start = text.index(part)
    return [str(one) for one in _made(root, Spot(node, attribute, text, start, start + len(part or text)))]


@pytest.mark.parametrize(
    ("html", "css", "first"),
    [
        ("<table class=t><tr><th>UPC</th><td>7</td></tr></table>", "td", 'label "UPC" of th -> next -> text'),
        ("<dl><dt>Maker:</dt><dd><a>Ada</a></dd></dl>", "a", 'label "Maker" of dt -> next -> css a -> text'),
        ("<p>Origin: <i>Peru</i></p><p>x</p>", "i", 'label "Origin" of p -> here -> css i -> text'),
        (
            "<table><tr><th>Size</th></tr><tr><td>M</td></tr></table>",
            "td",
            'label "Size" of th -> below -> text',
        ),
        ('<p><span itemprop="price">9</span><span>8</span></p>', "span", 'css [itemprop="price"] -> text'),
        ('<p><b id="buy">9</b><b>8</b></p>', "b", "css #buy -> text"),
        ('<div data-testid="cost"><b>9</b></div><b>8</b>', "b", 'css [data-testid="cost"] b -> text'),
        ('<p class="css-9f price">9</p><p class="css-9f">8</p>', "p", "css p.price -> text"),
        ("<h1>T</h1><p>Ada</p><p>x</p>", "p", "css h1 + p -> text"),
        ('<div>Ada</div><p class="price">9</p><div>x</div>', "div", "css div:has(+ p.price) -> text"),
        ('<ul class="a"><li>1</li></ul><ul class="b"><li>2</li></ul>', "ul.b li", "css ul.b > li -> text"),
    ],
)
def test_what_lasts_longest_comes_first(html: str, css: str, first: str) -> None:
    assert _lines(html, css)[0] == first


def test_a_part_of_a_text_is_cut_out_by_what_stands_beside_it() -> None:
    html = '<p class="stock">In stock (22 available)</p>'
    assert 'css p.stock -> text -> after "In stock (" -> before "available)"' in _lines(html, "p", part="22")


def test_a_label_in_the_same_text_is_an_anchor() -> None:
    lines = _lines("<li>Format: Paperback</li><li>Pages: 96</li>", "li", part="Paperback")
    assert lines[0] == 'label "Format" of li -> rest -> text'
    lines = _lines("<p><b>Format:</b> Paperback</p><p><b>Pages:</b> 96</p>", "p", part="Paperback")
    assert lines[0] == 'label "Format" of b -> rest -> text'


def test_an_attribute_is_read_where_it_stands() -> None:
    assert _lines('<img data-zoom="/b.jpg"><img>', "img", attribute="data-zoom")[0] == (
        "css [data-zoom] -> @data-zoom"
    )
    assert _lines('<meta itemprop="price" content="9">', "meta", attribute="content")[0] == (
        'css [itemprop="price"] -> @content'
    )


def test_names_that_pass_are_never_used() -> None:
    html = '<div class="sc-bdVaJa x1y2 active"><b class="Price_price__3kX">9</b></div><b>8</b>'
    assert not [line for line in _lines(html, "b") if "bdVaJa" in line or "3kX" in line or "active" in line]


def test_inside_of_a_record_everything_is_relative_to_it() -> None:
    tree = Document('<ul><li><a href="/1"><b>One</b></a></li><li><a href="/2"><b>Two</b></a></li></ul>').tree
    record = tree.css("li")[1]
    node = record.css_first("b")
    made = _made(record, Spot(node, "", "Two", 0, 3))
    assert made
    for selector in made:
        assert [one.words for one in spots(tree.css("li")[0], selector)] == ["One"]
    assert str(_made(node, Spot(node, "", "Two", 0, 3))[0]) == "here -> text"
