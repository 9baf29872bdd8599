"""What the pages of a host repeat is known after a few of them."""

import asyncio

from scraper.content.blocks import block_hash
from scraper.document import Document
from scraper.pages import ContentFields
from scraper.parse import PageParser
from scraper.parse_pool import ParsePool, ParseSettings, Raw
from scraper.repeats import CONTENT, FEWEST_PAGES, MOST_TRAVELLING, Repeats, packed, unpacked
from scraper.sites import SiteMemory, Sites, Told

BANNER = "Members of our club get every order sent home for free, and a gift with the first one."


def told(sites: Sites, host: str = "a.test") -> set[int]:
    memory = SiteMemory()
    if news := Told(sites).news(host):
        memory.hear(host, news)
    return set(unpacked(memory.part(host, CONTENT)))


def learned(pages: list[frozenset[int]], texts: int = 1_000) -> set[int]:
    sites = Sites()
    repeats = Repeats(sites)
    for number, page in enumerate(pages):
        repeats.learn("a.test", b"%d" % (number % texts), packed(page))
    return told(sites)


def test_a_block_of_several_pages_is_known() -> None:
    pages = [frozenset({1, 2, 100 + number}) for number in range(FEWEST_PAGES)]

    assert learned(pages) == {1, 2}


def test_fewer_pages_prove_nothing() -> None:
    assert learned([frozenset({1, 2})] * (FEWEST_PAGES - 1)) == set()


def test_copies_of_one_page_count_once() -> None:
    assert learned([frozenset({1, 2})] * 32, texts=2) == set()


def test_what_few_pages_of_many_have_is_their_own() -> None:
    teaser = [frozenset({1, 7, number}) for number in range(100, 106)]
    others = [frozenset({1, number}) for number in range(200, 258)]

    assert learned(teaser + others) == {1}


def test_hosts_are_told_apart() -> None:
    sites = Sites()
    repeats = Repeats(sites)
    for number in range(8):
        repeats.learn("a.test" if number % 2 else "b.test", b"%d" % number, packed(frozenset({number % 2})))

    assert (told(sites, "a.test"), told(sites, "b.test")) == ({1}, {0})


def test_what_one_page_counted_is_bounded() -> None:
    assert len(unpacked(packed(frozenset(range(5 * MOST_TRAVELLING))))) == MOST_TRAVELLING


def test_knowledge_is_sent_ever_less_often() -> None:
    sites = Sites()
    repeats = Repeats(sites)
    for number in range(300):
        repeats.learn("a.test", b"%d" % number, packed(frozenset({1, number, number + 1})))

    assert sites.version("a.test") <= 8


def day(number: int) -> Raw:
    story = "".join(
        f"<p>On day {number} the {word} of the harbour was painted by {number + 3} singers.</p>"
        for word in ("gate", "wall", "roof", "light", "pier", "floor")
    )
    html = f"<title>Day {number}</title><h1>Day {number}</h1><p>{BANNER}</p>{story}"
    return Raw(f"http://a.test/{number}", html.encode(), "text/html", "text/html", "a.test")


async def test_the_pages_that_a_pool_reads_teach_what_is_repeated() -> None:
    sites = Sites()
    settings = ParseSettings("Tandem/1.0", reads_content=True)
    async with asyncio.timeout(60), ParsePool(settings, sites=sites) as pool:
        for number in range(FEWEST_PAGES):
            await pool.parse(day(number))

    assert told(sites) == {block_hash(BANNER)}


def test_a_reader_is_told_what_the_host_of_a_page_repeats() -> None:
    class Reader:
        def __init__(self) -> None:
            self.known: list[bytes] = []

        def read(self, document: Document, url: str, known: bytes) -> ContentFields:
            self.known.append(known)
            return ContentFields()

    sites, reader = Sites(), Reader()
    sites.learn("a.test", CONTENT, b"news")
    parser = PageParser(ParseSettings("Tandem/1.0"), reader)
    parser.parse(day(1))
    parser.parse(day(2)._replace(site=Told(sites).news("a.test")))
    parser.parse(day(3))
    parser.parse(day(4)._replace(host="b.test"))

    assert reader.known == [b"", b"news", b"news", b""]
