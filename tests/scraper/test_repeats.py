"""What the pages of a host repeat is known after a few of them."""

import asyncio

from scraper.parse_pool import ParsePool, ParseSettings, Raw
from scraper.repeats import CONTENT, FEWEST_PAGES, MOST_TRAVELLING, Repeats, packed, unpacked
from scraper.sites import SiteMemory, Sites, Told


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


async def test_a_worker_drops_what_it_learns_to_be_repeated() -> None:
    banner = "Members of our club get every order sent home for free, and a gift with the first one."

    def page(number: int) -> Raw:
        story = "".join(
            f"<p>On day {number} the {word} of the harbour was painted by {number + 3} singers.</p>"
            for word in ("gate", "wall", "roof", "light", "pier", "floor")
        )
        html = f"<title>Day {number}</title><div><h1>Day {number}</h1><p>{banner}</p>{story}</div>"
        return Raw(f"http://a.test/{number}", html.encode(), "text/html", "text/html", "a.test")

    async with asyncio.timeout(60), ParsePool(ParseSettings("Tandem/1.0", reads_content=True)) as pool:
        read = [await pool.parse(page(number)) for number in range(12)]
        unseen = await pool.parse(page(0)._replace(host="b.test"))

    assert len(read[-1].content) < len(unseen.content)
