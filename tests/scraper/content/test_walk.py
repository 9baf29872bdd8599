"""Splitting a page into blocks."""

import pytest

from scraper.content.blocks import Blocks
from scraper.content.looks import HIDDEN, LINK, MAIN, NAV, SCRIPTLESS
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
        "<main><nav><div><p>a</p></div></nav></main><div hidden><p>b</p></div>"
        "<a href=/x><div>c</div></a><noscript><p>d</p></noscript>"
    )
    bits = [block.element.bits for block in split(html).blocks]

    assert bits == [MAIN | NAV, HIDDEN, LINK, SCRIPTLESS]


def test_elements_know_their_blocks() -> None:
    found = split("<section><p>a</p><p>b</p></section><p>c</p>")
    section = next(element for element in found.elements if element.tag == "section")

    assert (section.first, section.last) == (0, 2)


def test_structured_data_and_moments_are_collected() -> None:
    found = split(
        '<p><script type="application/ld+json">{}</script><time datetime="2026-02-03">then</time></p>'
    )

    assert (found.scripts, found.moments) == (["{}"], ["2026-02-03"])


STORY = "<p>" + "word " * 60 + "</p>"


@pytest.mark.parametrize(
    ("html", "margins"),
    [
        ("<nav><a href=/>Home</a><a href=/b>News</a></nav>" + STORY, ["Home News"]),
        (STORY + "<div role=contentinfo>About <b>us</b></div>", ["About us"]),
        ("<aside>Read also<script>x</script></aside>" + STORY, ["Read also"]),
        ("<article><header>By Ada</header></article>" + STORY, []),
        ("<header><h1>Title</h1>Intro</header>" + STORY, []),
        ("<nav> </nav>" + STORY, []),
        ("<footer>all that there is</footer><p>and little more</p>", []),
    ],
)
def test_what_stands_around_the_content_is_taken_as_a_whole(html: str, margins: list[str]) -> None:
    assert [margin.text for margin in split(html).margins] == margins


def test_margins_remember_where_they_stood() -> None:
    found = split(f"<nav>menu</nav>{STORY}<aside>beside</aside><p>more</p><footer>end</footer>")

    assert [margin.before for margin in found.margins] == [0, 1, 2]


def test_structured_data_is_collected_in_margins_too() -> None:
    found = split(f'<footer>end<script type="application/ld+json">{{}}</script></footer>{STORY}')

    assert ([margin.text for margin in found.margins], found.scripts) == (["end"], ["{}"])
