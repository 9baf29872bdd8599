import pytest

from tandem.progress.announcer import Announcer
from tandem.progress.envelope import MAX_BYTES
from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent, PageBatch, PageNote, ReportEvent
from tandem.progress.figures import Host, Hosts, Stats
from tandem.progress.fit import fitted
from tandem.progress.memory import MemoryBus

WIDE = "€" * 2_000  # three bytes each in JSON, one character to whoever counts characters
PAGE = PageNote(url=WIDE, outcome="fetched", reason="ok")
BATCH = PageBatch(run="r", pages=(PAGE,) * 200)
HOSTS = Hosts(run="r", hosts=tuple(Host(host=f"{number}.{WIDE}") for number in range(50)))
REPORT = ReportEvent(run="r", title=WIDE * 20, files=("report.md",))
STATS = Stats(
    run="r",
    elapsed_seconds=1,
    pages=1,
    pages_per_second=1,
    bytes=1,
    bytes_per_second=1,
    waiting=1,
    in_flight=1,
    hosts=1,
    outcomes={f"failed:{number}{WIDE}": 1 for number in range(50)},
)


@pytest.mark.parametrize("event", [BATCH, HOSTS, REPORT, STATS], ids=lambda event: type(event).__name__)
async def test_no_message_is_larger_than_any_broker_takes(event: Event) -> None:
    bus, announcer = MemoryBus(), Announcer("r", "j", 1)
    announcer.connect(bus)
    with bus.subscribe("#") as heard:
        announcer.say(event)
        bus.close()
        sizes = [len(message.payload) async for message in heard]
    assert sizes
    assert max(sizes) <= MAX_BYTES


def test_a_batch_is_split_and_nothing_of_it_is_lost() -> None:
    parts, cut = fitted(BATCH)
    assert sum(len(part.pages) for part in parts if isinstance(part, PageBatch)) == 200
    assert (len(parts) > 1, cut) == (True, 0)


@pytest.mark.parametrize(("event", "field"), [(HOSTS, "hosts"), (STATS, "outcomes")])
def test_what_is_retained_stays_one_message_and_what_was_cut_is_counted(event: Event, field: str) -> None:
    (part,), cut = fitted(event)
    assert len(getattr(part, field)) + cut == 50
    assert cut > 0


def test_a_small_event_is_left_as_it_is() -> None:
    event = ErrorEvent(run="r", what="x", message="y")
    assert fitted(event) == ([event], 0)


def test_what_was_cut_counts_as_not_told() -> None:
    announcer = Announcer("r", "j", 1)
    announcer.connect(MemoryBus())
    announcer.say(REPORT)
    assert announcer.dropped > 0
