"""Pages of one template may say a field in two ways; selectors for both are learned."""

import hashlib
import json
from collections.abc import Iterable

import msgpack

from scraper.document import Document
from scraper.pages import PageFacts
from scraper.selection.knowledge import packed_knowledge
from scraper.selection.learn import HostLearning
from scraper.selection.observation import observation_from
from scraper.selection.page_selection import PageSelection
from scraper.selection.wanted import Field, Kind, Wanted

HOST = "books.test"
WANTED = Wanted("book", (Field("title", Kind.TEXT), Field("isbn", Kind.TEXT)), ("/book/*",))


def isbn(number: int) -> str:
    return f"978{number * 7919 % 10**10:010}"


def page(number: int) -> str:
    """Every third book tells its ISBN to machines only; the others show it in a row."""
    hidden, shown = (
        f'<meta itemprop="isbn" content="{isbn(number)}">',
        f"<tr><th>ISBN</th><td>{isbn(number)}</td></tr>",
    )
    says_to_machines = number % 3 == 0
    return (
        f"<html><title>Book {number}</title><body><main class=book itemscope itemtype='https://schema.org/Book'>"
        f"<h1 itemprop=name>Story of the number {number}</h1>{hidden if says_to_machines else ''}"
        f"<table><tr><th>Pages</th><td>{100 + number}</td></tr>{'' if says_to_machines else shown}</table>"
        f"<p>A story that is told on {100 + number} pages.</p></main></body></html>"
    )


class Reader:
    def __init__(self) -> None:
        self._selection = PageSelection([WANTED])
        self._learning = HostLearning(HOST)
        self._known = b""

    def read(self, numbers: Iterable[int]) -> dict[int, str | None]:
        """The ISBN of each page, with what the pages before it taught."""
        return {number: self._one(number) for number in numbers}

    def _one(self, number: int) -> str | None:
        html = page(number)
        digest = hashlib.sha256(html.encode()).digest()
        facts = PageFacts(f"http://{HOST}/book/{number}", HOST, digest, known=self._known)
        found = self._selection.select(Document(html), facts)
        for packed in msgpack.unpackb(found.observed):
            self._learning.learn(observation_from(packed))
        self._known = packed_knowledge(self._learning.knowledge())
        [row] = found.rows
        data: dict[str, str] = json.loads(row[2])
        return data.get("isbn")


def test_what_the_first_selectors_miss_is_learned_from_the_pages_that_they_missed() -> None:
    reader = Reader()
    first = reader.read(number for number in range(1, 30) if number % 3)
    assert set(first.items()) == {(number, isbn(number)) for number in first}
    reader.read(range(0, 30, 3))  # the other way, met later: these pages teach
    assert reader.read(range(30, 60)) == {number: isbn(number) for number in range(30, 60)}


def test_nothing_is_read_where_the_field_is_missing_at_first() -> None:
    """A page may be poisoned: what its own finds say is not believed before three pages agree."""
    reader = Reader()
    reader.read(number for number in range(1, 30) if number % 3)
    assert reader.read([30]) == {30: None}
