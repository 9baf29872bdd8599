"""The light copy of a tree has the page's shape, paths and words."""

import pytest

from scraper.document import Document
from scraper.selection.outline import Outline

PAGE = """<html><head><title>t</title></head><body>
<nav hidden>menu</nav><div class="a b">Price: <b>12</b><span style="display: none">old</span></div>
<div><p>one</p><p>two<br>three</p><script>var x</script></div></body></html>"""


def outline() -> Outline:
    return Outline(Document(PAGE).tree)


def at(path: str) -> str:
    return next(element.text for element in outline().elements if element.path == path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/html[1]/body[1]/div[1]", "Price: 12"),
        ("/html[1]/body[1]/div[2]", "one two three"),
        ("/html[1]/body[1]/div[2]/p[2]", "two three"),
        ("/html[1]/body[1]", "Price: 12 one two three"),
    ],
)
def test_an_element_says_what_a_reader_sees_of_it(path: str, text: str) -> None:
    assert at(path) == text


def test_an_element_is_found_by_the_node_it_was_made_of() -> None:
    found = outline()
    assert [found.of(element.node) for element in found.elements] == found.elements


def test_what_stands_in_a_hidden_element_is_hidden() -> None:
    assert [element.tag for element in outline().elements if element.is_hidden] == ["nav", "span"]


def test_elements_come_in_document_order_and_know_their_own_words() -> None:
    tags = [element.tag for element in outline().elements]
    assert " ".join(tags) == "html head title body nav div b span div p p br script"
    assert outline().elements[5].own_text == "Price:"


def test_an_empty_page_has_the_elements_that_a_browser_makes() -> None:
    assert [element.tag for element in Outline(Document("").tree).elements] == ["html", "head", "body"]
