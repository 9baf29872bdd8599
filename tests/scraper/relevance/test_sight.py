import time
from pathlib import Path

import pytest

from scraper.page_content import PageContent
from scraper.pages import Parsed, ParseSettings, Raw
from scraper.parse import ContentReader, PageParser
from scraper.relevance.sight import HEADING, TITLE, Sight, TopicReader
from scraper.relevance.topic import Topic

PAGE = """<!doctype html><html lang=en><head><title>Violins</title></head><body>
<nav class=menu><ul><li><a href=/violins>Violin, violin</a></li><li><a href=/trains>Trains</a></li></ul></nav>
<main><h1>To repair a violin</h1>
<p>%s</p>
<ul class="list page-7"><li><a href=/a/1>A repair</a></li><li><a href=/a/2>More</a></li></ul>
<p><a href=/a/1>the same violin</a> <a href=/violin-repair>here</a></p></main>
<script>violin violin violin</script><footer>repair repair</footer></body></html>"""
TEXT = "A violin is opened with a knife, and the glue gives way. " * 12


def seen(
    html: str, content: ContentReader | None = None, topic: str = "violin repair"
) -> tuple[Parsed, Sight]:
    found = Topic.of(topic)
    assert found is not None
    parser = PageParser(
        ParseSettings("Tandem/1", reads_content=content is not None), content, TopicReader(found)
    )
    raw = Raw("http://a.test/x/", html.encode(), "text/html; charset=utf-8", "text/html", "a.test")
    parsed = parser.parse(raw)
    return parsed, Sight._make(parsed.sight)


def test_terms_count_more_in_title_and_heading_and_not_at_all_in_menus() -> None:
    _, sight = seen(PAGE % "Nothing is said.")
    in_text = (2, 2)  # the heading is also text, and so is what can be clicked
    assert sight.counts == (TITLE + HEADING + in_text[0], HEADING + in_text[1])
    assert sight.heading == "To repair a violin"


@pytest.mark.parametrize("content", [None, PageContent()])
def test_the_text_counts_with_the_content_engine_and_without(content: ContentReader | None) -> None:
    _, sight = seen(PAGE % TEXT, content)
    assert sight.counts[0] >= TITLE + HEADING + 12
    assert sight.words > 100
    assert "A violin is opened" in sight.opening


def test_the_page_stays_as_it_was_for_whoever_reads_it_after() -> None:
    plain = PageParser(ParseSettings("Tandem/1")).parse(
        Raw("http://a.test/x/", (PAGE % TEXT).encode(), "text/html; charset=utf-8", "text/html", "a.test")
    )
    parsed, _ = seen(PAGE % TEXT)
    assert parsed._replace(sight=()) == plain


def test_every_link_has_its_place_and_the_words_of_all_its_texts() -> None:
    parsed, sight = seen(PAGE % TEXT)
    marks = {
        url.removeprefix("http://a.test"): mark
        for (_, url), mark in zip(parsed.follow, sight.marks, strict=True)
    }
    assert {url: mask for url, (_, mask) in marks.items()} == {
        "/violins": 0b01,
        "/trains": 0b00,
        "/a/1": 0b11,
        "/a/2": 0b00,
        "/violin-repair": 0b11,
    }
    places = {url: place for url, (place, _) in marks.items()}
    assert places["/violins"] == places["/trains"]
    assert places["/a/1"] == places["/a/2"]
    assert len(set(places.values())) == 3


def test_numbers_in_classes_do_not_tell_lists_apart() -> None:
    one, other = seen(PAGE % TEXT)[1], seen(PAGE.replace("page-7", "page-8") % TEXT)[1]
    assert one.marks == other.marks


@pytest.mark.parametrize(
    "html", ["", "<a", "<frameset><frame src=/f></frameset>", "<body>", "\0\ufffe<a href=x>"]
)
def test_any_page_is_seen(html: str) -> None:
    seen(html or " ")


def test_a_page_of_a_hundred_thousand_nodes_stays_linear() -> None:
    html = "<body>" + "<div><a href=/x>violin</a></div>" * 50_000
    before = time.process_time()
    seen(html)
    assert time.process_time() - before < 2.0


def test_without_a_topic_nothing_of_this_is_loaded() -> None:
    worker = (Path(__file__).parents[3] / "scraper" / "parse_worker.py").read_text()
    assert "\nfrom scraper.relevance" not in worker
    assert "\nfrom scraper.relevance" not in (Path(__file__).parents[3] / "scraper" / "parse.py").read_text()
