"""Markdown of kept blocks."""

import pytest

from scraper.content.markdown import write
from scraper.content.walk import read_blocks
from scraper.document import Document


def markdown(html: str) -> str:
    body = Document(html).tree.body
    assert body is not None
    found = read_blocks(body)
    return write(
        [(block, found.pictures.get(place, ())) for place, block in enumerate(found.blocks)],
        lambda address: "https://a.example" + address if address.startswith("/") else address,
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2>Title</h2><p>Text</p>", "## Title\n\nText\n"),
        ("<p>See <a href='/x'>the page</a>.</p>", "See [the page](https://a.example/x).\n"),
        ("<p>Press <code>Esc</code> <b>now</b></p>", "Press `Esc` **now**\n"),
        ("<p>one<b> </b>two</p>", "one two\n"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n1. two\n"),
        ("<ul><li>one<ul><li>inner</li></ul></li></ul>", "- one\n  - inner\n"),
        ("<ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li></ul>",
         "- [A](https://a.example/a)\n- [B](https://a.example/b)\n"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```\n"),
        ("<blockquote>said</blockquote>", "> said\n"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2|3</td></tr></table>",
         "| a | b |\n| --- | --- |\n| 1 | 2\\|3 |\n"),
        ("<p>one</p><div><img src='/i.png' alt='An apple'></div><p>two</p>",
         "one\n\n![An apple](https://a.example/i.png)\n\ntwo\n"),
        ("<a href='/card'><div>Card</div></a>", "[Card](https://a.example/card)\n"),
        ("<p>one<br><br>two<br>three</p>", "one\n\ntwo three\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_structure_stays(html: str, expected: str) -> None:
    assert markdown(html) == expected
