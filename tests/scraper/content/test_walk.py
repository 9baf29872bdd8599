"""Splitting a page into blocks."""

import pytest

from scraper.content.blocks import HIDDEN, LINK, NAV, SCRIPTLESS, Blocks
from scraper.content.walk import read_blocks
from scraper.document import Document


def split(html: str) -> Blocks:
    body = Document(html).tree.body
    assert body is not None
    return read_blocks(body)


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>one <b>two</b></p>three", ["one two", "three"]),
        ("<div>one<p>two</p>three</div>", ["one", "two", "three"]),
        ("<span>Price</span><span>9</span>", ["Price 9"]),
        ("<a>link</a>.", ["link."]),
        ("bold<b>er</b>", ["bolder"]),
        ("a<br>b<br><br>c", ["a b", "c"]),
        ("<script>x</script><style>y</style><select><option>z</select>w", ["w"]),
        ("<ul><li><a>A</a><li><a>B</a><li>text", ["A\nB", "text"]),
        ("<pre>a\n  b</pre>", ["a\n  b"]),
    ],
)
def test_blocks_are_runs_of_text(html: str, texts: list[str]) -> None:
    assert [block.text for block in split(html).blocks] == texts


def test_elements_hand_down_what_they_are() -> None:
    html = (
        "<nav><div><p>a</p></div></nav><div hidden><p>b</p></div>"
        "<a href=/x><div>c</div></a><noscript><p>d</p></noscript>"
    )
    bits = [block.element.bits for block in split(html).blocks]

    assert bits == [NAV, HIDDEN, LINK, SCRIPTLESS]


def test_elements_know_their_blocks() -> None:
    found = split("<section><p>a</p><p>b</p></section><p>c</p>")
    section = next(element for element in found.elements if element.tag == "section")

    assert (section.first, section.last) == (0, 2)


def test_structured_data_and_moments_are_collected() -> None:
    found = split(
        '<p><script type="application/ld+json">{}</script><time datetime="2026-02-03">then</time></p>'
    )

    assert (found.scripts, found.moments) == (["{}"], ["2026-02-03"])
