"""What many hosts teach is kept, whoever asks for it at the same time, and only some of it in memory."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scraper.document import Document
from scraper.pages import PageFacts, stored
from scraper.selection import desk as desks
from scraper.selection.desk import Desk
from scraper.selection.page_selection import PageSelection
from scraper.selection.wanted import Field, Kind, Wanted
from scraper.sites import SiteMemory, Sites, Told
from storage.learned_rows import read_learned
from storage.ledger import Ledger
from storage.words import Selected
from storage.workspace import ledger_path, prepare

WANTED = Wanted("item", (Field("title", Kind.TEXT), Field("code", Kind.TEXT)), ("/item/*",))


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as opened:
        yield opened


def page(host: str, number: int) -> Selected:
    html = f"<h1>Item {number}</h1><dl><dt>Code</dt><dd>C-{number}</dd></dl>"
    digest = hashlib.sha256(f"{host}{number}".encode()).digest()
    facts = PageFacts(f"http://{host}/item/{number}", host, digest, "", b"")
    found = stored(PageSelection([WANTED]).select(Document(html), facts))
    assert found is not None
    return found


def promoted(rows: object) -> set[str]:
    return {row.field for row in rows.fields if row.state == "promoted"}  # type: ignore[attr-defined]


async def test_two_who_open_a_host_at_once_get_the_same(ledger: Ledger) -> None:
    desk = Desk(ledger, Sites())
    for number in range(4):
        desk.take(number, "a.test", page("a.test", number))
    await asyncio.gather(desk.may_ask("a.test", "x", "item", ["code"]), desk.settle(), desk.open(["a.test"]))
    await desk.close()
    assert promoted(await ledger.read(lambda c: read_learned(c, "a.test"))) == {"title", "code"}


async def test_hosts_that_are_let_go_are_remembered(ledger: Ledger) -> None:
    sites = Sites()
    desk = Desk(ledger, sites, most_held=2)
    hosts = [f"{letter}.test" for letter in "abcdef"]
    for number in range(4):
        for host in hosts:
            desk.take(number, host, page(host, number))
        await desk.settle()
        await desk.keep()
        assert desk.held == 2
    await desk.close()
    for host in hosts:
        assert promoted(await ledger.read(lambda c, host=host: read_learned(c, host))) == {"title", "code"}  # type: ignore[misc]


async def test_a_host_of_an_earlier_run_is_told_when_it_is_met(ledger: Ledger) -> None:
    before = Desk(ledger, Sites())
    for number in range(4):
        before.take(number, "a.test", page("a.test", number))
    await before.close()
    sites, memory = Sites(), SiteMemory()
    desk = Desk(ledger, sites)
    desk.take(9, "a.test", page("a.test", 9))
    await desk.settle()
    memory.hear("a.test", Told(sites).news("a.test"))
    assert memory.part("a.test", "selection")
    assert len(desk.take_news()) == 1


async def test_lessons_that_wait_are_bounded(ledger: Ledger) -> None:
    desk = Desk(ledger, Sites())
    lesson = page("a.test", 1)
    for number in range(desks.MOST_LESSONS + 5):
        desk.take(number, "a.test", lesson)
    assert desk.lessons == desks.MOST_LESSONS
