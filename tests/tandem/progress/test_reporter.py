import asyncio

from tandem.progress.announcer import Announcer
from tandem.progress.envelope import MAX_BYTES, Envelope
from tandem.progress.events import PageBatch, PageNote
from tandem.progress.figures import Host, Hosts, Stats
from tandem.progress.memory import MemoryBus
from tandem.progress.reporter import Reporter
from tandem.progress.tally import Before, Gauge, Tally


def reporter_on(bus: MemoryBus) -> Reporter:
    announcer = Announcer("r", "j", 1, first=0)
    announcer.connect(bus)
    gauge = Gauge(waiting=1, slowest=(Host(host="slow.test"),))
    return Reporter(announcer, Tally("r", Before()), lambda: gauge)


def note(url: str = "http://a.test/") -> PageNote:
    return PageNote(url=url, outcome="fetched", reason="ok")


async def everything(bus: MemoryBus, reporter: Reporter) -> list[Envelope]:
    with bus.subscribe("#") as heard:
        reporter.flush()
        bus.close()
        return [message async for message in heard]


async def test_pages_are_told_in_batches_that_any_broker_takes() -> None:
    bus = MemoryBus()
    reporter = reporter_on(bus)
    for _ in range(450):
        reporter.note(note(), is_page=True)
    for _ in range(50):
        reporter.note(note("http://a.test/" + "x" * 2000), is_page=True)
    messages = await everything(bus, reporter)
    sizes = [len(message.data.pages) for message in messages if isinstance(message.data, PageBatch)]
    assert sizes[:2] == [200, 200]
    assert sum(sizes) == 500
    assert max(len(message.to_json()) for message in messages) < MAX_BYTES


async def test_numbers_only_grow() -> None:
    bus = MemoryBus()
    reporter = reporter_on(bus)
    reporter.note(note(), is_page=True)
    numbers = [message.seq for message in await everything(bus, reporter)]
    assert numbers == [1, 2, 3]


async def test_what_is_too_fast_to_tell_is_counted_all_the_same() -> None:
    bus = MemoryBus()
    reporter = reporter_on(bus)
    for _ in range(2_100):
        reporter.note(note(), is_page=True)
    (stats,) = [
        message.data for message in await everything(bus, reporter) if isinstance(message.data, Stats)
    ]
    assert (stats.pages, stats.dropped_messages) == (2_100, 100)


async def test_it_tells_by_itself_and_once_more_at_the_end() -> None:
    bus = MemoryBus()
    with bus.subscribe("#") as heard:
        async with reporter_on(bus) as reporter, asyncio.timeout(10):
            reporter.note(note(), is_page=True)
            seen = [(await anext(heard)).data for _ in range(3)]
            assert {type(data) for data in seen} == {Stats, Hosts, PageBatch}
        bus.close()
        assert [type(message.data) async for message in heard][-2:] == [Stats, Hosts]
