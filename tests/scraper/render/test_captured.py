import json

from scraper.pages import Parsed, ParseSettings, Raw
from scraper.parse import PageParser
from scraper.render.captured import CapturedPages
from scraper.render.words import Captured
from storage.address import DEFAULT_RULES, parse
from storage.words import Lease, Link, Outcome

NOON = 1_700_000_000.0


def lease(visit: int, url: str = "https://shop.test/list") -> Lease:
    address = parse(url)
    return Lease(visit, visit, NOON, Link(address.fetch, address.digest, address.host, depth=2))


def answer(path: str, said: object = None) -> Captured:
    return Captured(f"https://api.shop.test{path}", 200, "application/json", json.dumps(said or {}).encode())


def pages() -> tuple[CapturedPages, list[str]]:
    parser, read = PageParser(ParseSettings("Tandem/1")), []

    async def reading(raw: Raw) -> Parsed:
        read.append(raw.url)
        return parser.parse(raw)

    return CapturedPages(reading, DEFAULT_RULES, lambda: NOON), read


async def test_an_answer_becomes_a_page_of_its_own_address() -> None:
    made, _ = pages()
    (visit,) = await made.along(lease(1), [answer("/items?page=2", {"name": "A lamp of brass"})])
    assert (visit.outcome, visit.reason, visit.status, visit.fetched_at) == (
        Outcome.FETCHED, "captured", 200, NOON,
    )  # fmt: skip
    link = visit.lease.link
    assert (link.url, link.host, link.depth, link.left) == (
        "https://api.shop.test/items?page=2", "api.shop.test", 3, 0,
    )  # fmt: skip
    assert link.key == parse(link.url).digest
    assert (visit.page.content_type, visit.page.body_bytes) == ("application/json", 27)
    assert visit.page.digest
    assert visit.page.body
    assert visit.page.wire_bytes == 0  # counted with the page that asked


async def test_an_answer_that_every_page_asks_for_is_read_once() -> None:
    made, read = pages()
    assert len(await made.along(lease(1), [answer("/menu"), answer("/menu#top")])) == 2
    assert await made.along(lease(2), [answer("/menu")]) == ()
    assert read == ["https://api.shop.test/menu"] * 2


async def test_a_page_that_is_visited_again_brings_its_answers_again() -> None:
    made, _ = pages()
    for _ in range(2):
        assert len(await made.along(lease(1), [answer("/menu")])) == 1


async def test_the_page_itself_and_what_has_no_address_are_left_out() -> None:
    made, read = pages()
    itself = answer("/list")._replace(url="https://shop.test/list")
    nowhere = answer("")._replace(url="blob:https://shop.test/1")
    assert await made.along(lease(1), [itself, nowhere]) == ()
    assert read == []
