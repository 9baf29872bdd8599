import asyncio
from datetime import UTC, datetime

from tandem.progress.envelope import Envelope
from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent, PageBatch, RunState
from tandem.progress.outbox import Outbox

TIME = datetime(2026, 1, 1, tzinfo=UTC)
ERROR = Envelope.around(ErrorEvent(run="r", what="x", message="x"), "s", 1, TIME)
PAGES = Envelope.around(PageBatch(run="r", pages=()), "s", 1, TIME)


def put(outbox: Outbox, seq: int, event: Event) -> Envelope:
    message = Envelope.around(event, "s", seq, TIME)
    outbox.put(message)
    return message


def pages(outbox: Outbox, seq: int) -> Envelope:
    return put(outbox, seq, PageBatch(run="r", pages=()))


def error(outbox: Outbox, seq: int) -> Envelope:
    return put(outbox, seq, ErrorEvent(run="r", what="x", message="x"))


def state(outbox: Outbox, seq: int) -> Envelope:
    return put(outbox, seq, RunState(run="r", job="j", number=1, state="running"))


async def drained(outbox: Outbox) -> list[int]:
    found = []
    while len(outbox):
        message = await outbox.first()
        found.append(message.seq)
        outbox.sent(message)
    return found


async def test_messages_leave_in_the_order_of_their_numbers() -> None:
    outbox = Outbox()
    pages(outbox, 1), error(outbox, 2), pages(outbox, 3), state(outbox, 4)
    assert await drained(outbox) == [1, 2, 3, 4]


async def test_what_is_not_assured_is_dropped_first_and_counted() -> None:
    outbox = Outbox(assured_bytes=2 * len(ERROR.payload), other_bytes=2 * len(PAGES.payload))
    for seq in range(6):
        (pages if seq % 2 else error)(outbox, seq)
    assert outbox.dropped == 2
    assert await drained(outbox) == [2, 3, 4, 5]


async def test_the_message_in_hand_stays_until_it_is_sent() -> None:
    outbox = Outbox()
    message = error(outbox, 1)
    assert await outbox.first() is message
    assert await outbox.first() is message
    outbox.sent(message)
    assert len(outbox) == 0


async def test_a_message_that_was_dropped_in_hand_takes_no_other_with_it() -> None:
    outbox = Outbox(other_bytes=1)
    first = pages(outbox, 1)
    pages(outbox, 2)
    outbox.sent(first)
    assert await drained(outbox) == [2]


async def test_a_broker_that_forgot_is_told_the_retained_again_but_only_once() -> None:
    outbox = Outbox()
    state(outbox, 1)
    assert await drained(outbox) == [1]
    error(outbox, 2)
    outbox.put_retained_again()
    assert await drained(outbox) == [1, 2]
    state(outbox, 3)
    outbox.put_retained_again()
    assert await drained(outbox) == [3]


async def test_waiting_ends_with_the_last_message() -> None:
    outbox = Outbox()
    message = error(outbox, 1)
    waiting = asyncio.create_task(outbox.emptied())
    await asyncio.sleep(0)
    assert not waiting.done()
    outbox.sent(message)
    await waiting
