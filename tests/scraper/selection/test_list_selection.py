"""Lists learn from list pages: which nodes are records, and where fields stand inside of one."""

# ruff: noqa: E501 - the long lines are markup

import random

from scraper.document import Document
from scraper.selection.found import Value
from scraper.selection.knowledge import ROWS, KnownField
from scraper.selection.known_host import KnownHost
from scraper.selection.learn import HostLearning, Lesson
from scraper.selection.list_selection import ListSelected, select_list
from scraper.selection.observation import Observation, observation_from, packed_observation
from scraper.selection.outline import Outline
from scraper.selection.page_view import PageView
from scraper.selection.wanted import Field, Kind, Wanted

WANTED = Wanted(
    "offer", (Field("title", Kind.TEXT), Field("price", Kind.MONEY), Field("link", Kind.URL)), many=True
)
_WORDS = ("silent", "harbour", "copper", "lantern", "winding", "stair", "paper", "moon")


def _page(number: int) -> tuple[str, list[str]]:
    chance = random.Random(number)
    titles = [f"{' '.join(chance.sample(_WORDS, 3)).title()}" for _ in range(chance.randint(6, 12))]
    cards = "".join(
        f'<li class="card"><h3><a href="/p/{number}-{place}">{title}</a></h3>'
        f'<p class="was">£{chance.randint(50, 90)}.00</p><p class="price">£{chance.randint(5, 40)}.99</p></li>'
        for place, title in enumerate(titles)
    )
    html = (
        f'<html lang="en-GB"><body><nav><a href="/">Home</a></nav><h1>Offers</h1><ul class="cards">{cards}</ul>'
        "<footer>Shop</footer></body></html>"
    )
    return html, titles


class _Crawl:
    def __init__(self) -> None:
        self.learning = HostLearning("shop.example")

    def read(self, number: int) -> ListSelected:
        return self.look(number)[0]

    def look(self, number: int) -> tuple[ListSelected, Lesson]:
        html, _ = _page(number)
        url = f"http://shop.example/offers/{number}"
        document = Document(html)
        host = KnownHost(self.learning.knowledge())
        place = host.place(document.tree.root, url)
        view = PageView(document, Outline(document.tree), url)
        found = select_list(view, document.tree.root, WANTED, host.fields(place.template, WANTED), 0.0)
        seen = Observation(bytes([number]), place, WANTED.record, found.seen)
        return found, self.learning.learn(observation_from(packed_observation(seen)))

    def known(self, field: str) -> KnownField | None:
        return next((one for one in self.learning.knowledge().fields if one.field == field), None)


def _titles(found: ListSelected) -> list[object]:
    return [one["title"].value for one in found.records if isinstance(one["title"], Value)]


def test_three_list_pages_teach_rows_and_fields() -> None:
    crawl = _Crawl()
    for number in range(3):
        assert _titles(crawl.read(number)) == _page(number)[1]
    rows, title = crawl.known(ROWS), crawl.known("title")
    assert rows is not None
    assert rows.promoted
    assert title is not None
    assert title.promoted[0] == "css a -> text"
    for number in range(3, 20):
        assert _titles(crawl.read(number)) == _page(number)[1]


def test_values_come_from_known_selectors_and_say_so() -> None:
    crawl = _Crawl()
    for number in range(4):
        crawl.read(number)
    first = crawl.read(9).records[0]["title"]
    assert isinstance(first, Value)
    assert first.source.selector == (crawl.known("title") or KnownField("", "", "", b"")).promoted[0]


def test_a_pin_for_a_field_wins_in_every_record() -> None:
    document = Document(_page(1)[0])
    view = PageView(document, Outline(document.tree), "http://shop.example/offers/1")
    pinned = KnownField("", "offer", "price", b"", pinned=("css p.was -> text",))
    found = select_list(view, document.tree.root, WANTED, {"price": pinned}, 0.0)
    prices = [one["price"] for one in found.records]
    assert len(prices) == len(_page(1)[1])
    assert all(isinstance(one, Value) and one.value["amount"].endswith(".00") for one in prices)
