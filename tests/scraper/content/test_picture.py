"""The picture of a decision."""

from scraper.content.picture import picture
from scraper.content.read import examine
from scraper.document import Document
from tests.scraper.content.sample_pages import ARTICLE, STORY


def test_kept_and_dropped_blocks_are_told_apart() -> None:
    content, decisions = examine(Document(ARTICLE), "https://orchard.example/x")
    html = picture("https://orchard.example/x", content, decisions)
    page = Document(html)

    assert any(STORY[0] in node.text() for node in page.tree.css(".k"))
    assert any("Privacy policy" in node.text() for node in page.tree.css(".d"))


def test_a_page_cannot_write_into_its_picture() -> None:
    page = Document("<p>&lt;script&gt;alert(1)&lt;/script&gt; and some more words to read here</p>")
    html = picture('"><script>alert(2)</script>', *examine(page, "https://a.example/"))

    assert "<script" not in html
