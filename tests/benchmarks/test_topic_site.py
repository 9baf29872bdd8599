"""The magazine that best-first crawls are judged by, and what is counted of them."""

import re

from benchmarks.relevance import Harvest, lines
from benchmarks.topic_site import (
    ON_TOPIC,
    SECTIONS,
    SHELVES,
    article_path,
    articles,
    is_relevant,
    relevant_paths,
    respond,
    title,
)


def _links(path: str) -> set[str]:
    response = respond(path)
    assert response.status == 200
    return set(re.findall(r'href="(/[^"]*)"', response.wire.decode()))


def test_every_page_is_reached_from_the_first() -> None:
    known, new = {"/"}, {"/"}
    while new:
        new = {link for path in new for link in _links(path)} - known
        known |= new
    assert known - {"/"} == {
        *(f"/{section}" for section in SECTIONS),
        *(f"/{section}/{shelf}" for section in SECTIONS for shelf in range(SHELVES)),
        *(article_path(number) for number in articles()),
    }


def test_a_page_is_always_the_same() -> None:
    assert respond("/articles/7.html") == respond("/articles/7.html")
    assert respond("/articles/x.html").status == respond("/nowhere").status == 404


def test_the_topic_is_hidden() -> None:
    """Behind addresses that say nothing, half of the titles, and one section of ten."""
    on_topic = [number for number in articles() if is_relevant(number)]
    named = [number for number in on_topic if re.search("violin|repair", title(number), re.IGNORECASE)]
    assert 0.3 < len(named) / len(on_topic) < 0.7
    assert not any("violin" in path or "repair" in path for path in relevant_paths())
    assert SECTIONS.index(ON_TOPIC) >= len(SECTIONS) // 2
    scattered = [n for n in on_topic if SECTIONS[n * len(SECTIONS) // len(articles())] != ON_TOPIC]
    assert 0.2 < len(scattered) / len(on_topic) < 0.5


def test_a_harvest_is_counted_in_the_order_of_its_requests() -> None:
    wanted = sorted(relevant_paths())
    perfect, late = Harvest(tuple(wanted)), Harvest(("/", *wanted))
    enough = round(0.8 * len(wanted))
    assert (perfect.requests_for_enough, late.requests_for_enough) == (enough, enough + 1)
    assert perfect.found_after(len(wanted)) == 1.0
    assert Harvest(("/",)).requests_for_enough == 2
    assert len(lines([("perfect", perfect), ("late", late)])) == 4
