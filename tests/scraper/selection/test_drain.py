"""Pages that wait are asked about and looked at again; a model that fails costs a field, never a page."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgpack
import pytest
import zstandard

from scraper.pages import Parsed, ParseSettings, Raw, stored
from scraper.parse import SELECTION, PageParser
from scraper.selection.desk import Desk
from scraper.selection.drain import AWAY_SECONDS, Drain
from scraper.selection.page_selection import PageSelection
from scraper.selection.second_look import SecondLooks
from scraper.selection.wanted import Field, Kind, Wanted
from scraper.sites import Sites, Told
from storage.address import DEFAULT_RULES, parse
from storage.frontier import SqliteFrontier
from storage.learned_rows import FieldRow, Learned, keep_learned
from storage.ledger import Ledger
from storage.ledger_bodies import LedgerBodies
from storage.runs import Run, keep_rules, start_run
from storage.selection_rows import Reselected, count_undecided
from storage.store import Store
from storage.words import Lease, Link, Outcome, Page, Visit
from storage.workspace import ledger_path, prepare
from tandem.inference.outcomes import (
    Answered,
    ChatOutcome,
    Invalid,
    Refused,
    TimedOut,
    Truncated,
    Unavailable,
)
from tandem.inference.words import ChatRequest

WANTED = Wanted("ticket", (Field("title", Kind.TEXT), Field("price", Kind.MONEY)), ("/ticket/*",))
LISTED = Wanted("seat", WANTED.fields, ("/hall/*",), many=True)
Answers = Callable[[ChatRequest], ChatOutcome]


def html(number: int) -> str:
    """Two prices that nothing tells apart but a class that says nothing to the built-in engine."""
    return (
        f"<html><title>Ticket {number}</title><body><h1>Ticket {number}</h1><p>Seat {number} in row B.</p>"
        f"<div><b class=north>{20 + number},00 €</b><b class=south>{30 + number},00 €</b></div></body></html>"
    )


def hall(number: int) -> str:
    """A list of such tickets."""
    rows = "".join(
        f"<li class=seat><h3>Seat {number}-{row}</h3><p>In row {row % 3} of the hall, near the stage.</p>"
        f"<b class=north>{20 + row},00 €</b> <b class=south>{30 + number + row},00 €</b></li>"
        for row in range(6)
    )
    return f"<html><title>Hall {number}</title><body><h1>Hall {number}</h1><ul>{rows}</ul></body></html>"


@dataclass
class Tier:
    """Answers as it is told, and keeps what it was asked."""

    answers: Answers
    asked: list[ChatRequest] = field(default_factory=list)

    async def ask(self, request: ChatRequest) -> ChatOutcome:
        self.asked.append(request)
        return self.answers(request)


def pointing_at(word: str) -> Answers:
    """Points at the line with this word wherever one of the fields may be there."""

    def answer(request: ChatRequest) -> ChatOutcome:
        lines = request.messages[1].content.split("\n")
        number = next((int(line.split("|")[0]) for line in lines if word in line), 0)
        assert request.schema is not None
        picks = {
            name: number if number in one["enum"] else 0 for name, one in request.schema["properties"].items()
        }
        return Answered(json.dumps(picks), picks)

    return answer


class InProcess:
    """The parse pool without its processes: it hears of a site as a worker does."""

    def __init__(self, sites: Sites) -> None:
        wanted = (WANTED, LISTED)
        settings = ParseSettings("Tandem/1.0", wanted=wanted, asks=True)
        self._parser = PageParser(settings, fields=PageSelection(wanted, asks=True))
        self._told = Told(sites)

    async def parse(self, raw: Raw) -> Parsed:
        return self._parser.parse(raw._replace(site=self._told.news(raw.host)))


@dataclass
class Shop:
    """A run with its ledger, where pages are committed as a crawl commits them."""

    ledger: Ledger
    workspace: Path
    run: Run
    bodies: LedgerBodies
    sites: Sites = field(default_factory=Sites)

    def __post_init__(self) -> None:
        self.desk = Desk(self.ledger, self.sites)
        self.parser = InProcess(self.sites)

    def drain(self, tier: Tier | None) -> Drain:
        looks = SecondLooks(self.bodies, self.parser, self.run.id)
        return Drain(self.ledger, self.run.run, self.desk, looks, tier)

    async def visit(self, *numbers: int, folder: str = "ticket") -> None:
        frontier = SqliteFrontier(self.ledger, self.run.run, slots=len(numbers))
        await frontier.add([_link(number, folder) for number in numbers])
        for lease in await frontier.claim(len(numbers), 60, 1):
            visit = await self._visit(lease)
            assert await frontier.commit([visit]) == []
            assert visit.page.selected is not None
            self.desk.take(lease.visit, lease.link.host, visit.page.selected)
        await frontier.close()

    async def _visit(self, lease: Lease) -> Visit:
        page_of = hall if "/hall/" in lease.link.url else html
        body = page_of(int(lease.link.url.rpartition("/")[2])).encode()
        raw = Raw(lease.link.url, body, "text/html", "text/html", lease.link.host)
        parsed = await self.parser.parse(raw)
        page = Page(
            body=zstandard.compress(body),
            body_bytes=len(body),
            digest=parsed.digest,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            content_type="text/html",
            selected=stored(parsed.selected),
        )
        return Visit(lease, Outcome.FETCHED, "ok", 1_700_000_000.0, 200, page=page)

    def prices(self) -> dict[int, tuple[str | None, str | None]]:
        """By number of the page: amount, how it was obtained."""
        sql = "SELECT url, data ->> '$.price.amount', sources ->> '$.price.how' FROM records"
        with Store(self.workspace) as store, store.query(sql) as answer:
            rows = [row for batch in answer for row in zip(*batch.to_pydict().values(), strict=True)]
        return {int(url.rpartition("/")[2]): (amount, how) for url, amount, how in rows}

    async def waiting(self) -> Mapping[str, int]:
        return await self.ledger.read(lambda c: count_undecided(c, self.run.run))


def _link(number: int, folder: str) -> Link:
    address = parse(f"http://seats.test/{folder}/{number}")
    return Link(address.fetch, address.digest, address.host)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger, LedgerBodies(ledger, tmp_path) as bodies:
        await ledger.write(lambda c: keep_rules(c, DEFAULT_RULES.version, DEFAULT_RULES.as_json()))
        run = await ledger.write(lambda c: start_run(c, "seats", "{}", DEFAULT_RULES.version))
        yield Shop(ledger, tmp_path, run, bodies)


async def test_what_the_model_points_at_is_read_by_code_and_then_known(shop: Shop) -> None:
    await shop.visit(*range(40))
    assert (await shop.waiting())["model"] >= 30
    tier = Tier(pointing_at("south"))
    drained = await shop.drain(tier).finish()
    prices = shop.prices()
    assert {number: amount for number, (amount, _) in prices.items()} == {
        number: f"{30 + number}.00" for number in range(40)
    }
    assert {how for _, how in prices.values()} == {"model", "selector"}
    assert drained.asked == len(tier.asked) <= 4
    assert await shop.waiting() == {}


async def test_pages_that_waited_through_a_kill_profit_from_what_is_learned_later(shop: Shop) -> None:
    for start in range(0, 30, 5):  # one after the other: what workers know has many versions
        await shop.visit(*range(start, start + 5))
        await shop.desk.settle()
    await shop.desk.close()
    shop.sites = Sites()
    shop.__post_init__()  # another process
    tier = Tier(pointing_at("south"))
    drained = await shop.drain(tier).finish()
    assert {number: amount for number, (amount, _) in shop.prices().items()} == {
        number: f"{30 + number}.00" for number in range(30)
    }
    assert drained.asked <= 4


async def test_a_pin_counts_from_the_first_page_of_a_host_that_no_seed_names(shop: Shop) -> None:
    body = json.dumps({"selectors": [{"line": "css b.south -> text"}], "why": "pinned"})
    pin = FieldRow("seats.test", "", WANTED.record, "price", b"", 0, "pinned", body)
    await shop.ledger.write(lambda c: keep_learned(c, Learned(fields=(pin,))))
    await shop.desk.open(["other.test"])
    await shop.visit(1)
    assert shop.prices() == {1: ("31.00", "pinned")}


async def test_later_pages_are_read_without_the_model(shop: Shop) -> None:
    await shop.visit(*range(10))
    await shop.drain(Tier(pointing_at("south"))).finish()
    await shop.visit(*range(10, 20))
    tier = Tier(pointing_at("north"))
    await shop.drain(tier).finish()
    assert tier.asked == []
    assert shop.prices()[15] == ("45.00", "selector")


async def test_what_becomes_known_reaches_waiting_pages_beside_the_crawl(shop: Shop) -> None:
    await shop.visit(*range(40))
    drain, looked, are_all = shop.drain(Tier(pointing_at("south"))), set(), asyncio.Event()

    def told(pages: Sequence[Reselected]) -> None:
        decided = {"selector", "model"}
        prices = {page.visit: json.loads(page.selected.rows[0].sources)["price"] for page in pages}
        looked.update(visit for visit, source in prices.items() if source["how"] in decided)
        if len(looked) == 40:
            are_all.set()

    drain.told = told
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        work = group.create_task(drain.run())
        await are_all.wait()
        work.cancel()
    assert {amount for amount, _ in shop.prices().values()} == {f"{30 + number}.00" for number in range(40)}


async def test_an_answer_that_the_end_of_the_crawl_cuts_off_is_asked_for_again(shop: Shop) -> None:
    await shop.visit(*range(20))
    tier, is_reached = Tier(pointing_at("south")), asyncio.Event()

    class Stuck:
        async def parse(self, raw: Raw) -> Parsed:
            is_reached.set()
            await asyncio.Event().wait()
            raise AssertionError(raw.url)

    looks = SecondLooks(shop.bodies, Stuck(), shop.run.id)
    stuck = Drain(shop.ledger, shop.run.run, shop.desk, looks, tier)
    async with asyncio.timeout(30):
        for _ in range(3):
            is_reached.clear()
            work = asyncio.create_task(stuck.run())
            await is_reached.wait()
            work.cancel()
            await asyncio.wait([work])
        await shop.drain(tier).finish()
    assert {amount for amount, _ in shop.prices().values()} == {f"{30 + number}.00" for number in range(20)}


async def test_a_page_that_was_read_before_its_selectors_were_known_and_comes_later_is_seen(
    shop: Shop,
) -> None:
    await shop.visit(*range(10))
    await shop.desk.settle()
    early = Sites()
    early.learn("seats.test", SELECTION, msgpack.unpackb(shop.sites.packed("seats.test"))[SELECTION])
    await shop.drain(Tier(pointing_at("south"))).finish()
    shop.desk.take_news()
    shop.parser = InProcess(early)
    await shop.visit(30)
    assert len(shop.desk.take_news()) == 1
    shop.parser = InProcess(Sites())  # this one does not even know of templates
    await shop.visit(31)
    assert shop.desk.take_news() == []
    await shop.desk.settle()
    assert len(shop.desk.take_news()) == 1
    assert shop.desk.take_news() == []


@pytest.mark.parametrize(
    "outcome",
    [
        Refused("rejected"),
        TimedOut("idle", 10),
        Truncated("length", '{"a": '),
        Invalid("not_json", text="I would say the first one"),
        Answered('{"a": 99}', {"a": 99}),
        Answered("[]", []),
    ],
    ids=lambda outcome: f"{outcome.kind} {outcome.reason}",
)
async def test_a_model_that_answers_nonsense_leaves_the_built_in_answer(
    outcome: ChatOutcome, shop: Shop
) -> None:
    await shop.visit(*range(8))
    before = shop.prices()
    await shop.drain(Tier(lambda request: outcome)).finish()
    assert await shop.waiting() == {}
    after = shop.prices()
    assert {number: amount for number, (amount, _) in after.items()} == {
        number: amount for number, (amount, _) in before.items()
    }
    assert not {how for _, how in after.values()} & {"model", "selector"}


async def test_pages_wait_for_a_model_that_is_away_and_another_run_goes_on(shop: Shop) -> None:
    await shop.visit(*range(6))
    away = Tier(lambda request: Unavailable("connect"))
    drain = shop.drain(away)
    moments = iter([0.0, 0.0, AWAY_SECONDS])
    drain.clock = lambda: next(moments, AWAY_SECONDS)
    drained = await drain.finish()
    assert (drained.left, drained.failures) == (6, {"unavailable": drained.asked})
    assert len(shop.prices()) == 6
    await shop.drain(Tier(pointing_at("south"))).finish()
    assert await shop.waiting() == {}
    assert shop.prices()[3][0] == "33.00"


async def test_without_a_model_nothing_waits_in_the_end(shop: Shop) -> None:
    await shop.visit(*range(6))
    drained = await shop.drain(None).finish()
    assert (drained.asked, drained.left) == (0, 0)
    assert len(shop.prices()) == 6


async def test_a_model_that_says_that_there_is_none_takes_the_guess_away(shop: Shop) -> None:
    await shop.visit(1)
    await shop.drain(Tier(pointing_at("no such line"))).finish()
    assert shop.prices() == {1: (None, None)}


async def test_questions_are_short_and_begin_alike(shop: Shop) -> None:
    await shop.visit(*range(8))
    tier = Tier(pointing_at("south"))
    await shop.drain(tier).finish()
    assert len({request.messages[0].content for request in tier.asked}) == 1
    assert max(request.characters for request in tier.asked) / 3.3 <= 400
    assert {request.max_tokens for request in tier.asked} == {40}


async def test_a_list_is_asked_about_once_for_all_of_its_records(shop: Shop) -> None:
    await shop.visit(*range(12), folder="hall")
    tier = Tier(pointing_at("south"))
    await shop.drain(tier).finish()
    sql = "SELECT url, ordinal, data ->> '$.price.amount' FROM records WHERE record = 'seat'"
    with Store(shop.workspace) as store, store.query(sql) as answer:
        rows = [row for batch in answer for row in zip(*batch.to_pydict().values(), strict=True)]
    assert {(int(url.rpartition("/")[2]), row): amount for url, row, amount in rows} == {
        (number, row): f"{30 + number + row}.00" for number in range(12) for row in range(6)
    }
    assert 1 <= len(tier.asked) <= 4
