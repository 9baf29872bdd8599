"""Slots that all processes share: who goes first, what a dead one leaves, how long the queue is."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tandem.inference.lanes import Lanes, Slot
from tandem.inference.outcomes import Refused, TimedOut
from tandem.inference.words import Endpoint, Lane

PLACE = Path(__file__).parents[3]
BATCH, PERSON = Lane.BATCH, Lane.INTERACTIVE
Wanting = Callable[[int, Lane], Awaitable[Process]]


def endpoint(slots: int) -> Endpoint:
    return Endpoint("http://127.0.0.1:1", "tiny", slots=slots)


@asynccontextmanager
async def wanting(folder: Path, slots: int, lane: Lane) -> AsyncIterator[Process]:
    """A process of its own that wants a slot."""
    command = [sys.executable, "-m", "tests.tandem.inference.lane_process", str(folder), str(slots), lane]
    process = await asyncio.create_subprocess_exec(*command, cwd=PLACE, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def holds(process: Process) -> bool:
    assert process.stdout is not None
    return await process.stdout.readline() == b"held\n"


async def let_go(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    await process.wait()


async def queued(folder: Path, count: int) -> None:
    """Waits until so many tickets lie in the queue."""
    async with asyncio.timeout(20):
        while tickets(folder) != count:  # noqa: ASYNC110 - other processes make them
            await asyncio.sleep(0.01)


def tickets(folder: Path) -> int:
    return len(list(folder.glob("*/queue/[ib]-*")))


async def can_take(ours: Lanes, lane: Lane) -> bool:
    """Takes a slot, and lets it go."""
    slot = await ours.take(lane, 10)
    if isinstance(slot, Slot):
        with slot:
            return True
    return False


async def test_a_killed_process_frees_its_slot_and_a_person_goes_before_batch_work(lanes: Path) -> None:
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        holder = await stack.enter_async_context(wanting(lanes, 1, BATCH))
        assert await holds(holder)
        work = await stack.enter_async_context(wanting(lanes, 1, BATCH))
        await queued(lanes, 1)
        person = await stack.enter_async_context(wanting(lanes, 1, PERSON))
        await queued(lanes, 2)
        holder.kill()
        assert await holds(person), "though it came last"
        await queued(lanes, 1)
        await let_go(person)
        assert await holds(work)
        await queued(lanes, 0)


async def test_of_two_slots_one_is_never_given_to_batch_work(lanes: Path) -> None:
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        first = await stack.enter_async_context(wanting(lanes, 2, BATCH))
        assert await holds(first)
        second = await stack.enter_async_context(wanting(lanes, 2, BATCH))
        await queued(lanes, 1)
        person = await stack.enter_async_context(wanting(lanes, 2, PERSON))
        assert await holds(person), "a slot was kept for it, past the work that waits"
        await queued(lanes, 1)
        await let_go(first)
        assert await holds(second)


async def test_a_killed_waiter_holds_nobody_up(lanes: Path) -> None:
    ours = Lanes(lanes, endpoint(1))
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        slot = await ours.take(BATCH)
        assert isinstance(slot, Slot)
        waiter = await stack.enter_async_context(wanting(lanes, 1, PERSON))
        await queued(lanes, 1)
        waiter.kill()
        await waiter.wait()
        with slot:
            pass
        assert await can_take(ours, BATCH)
        await queued(lanes, 0)


async def test_within_a_lane_the_first_comes_first(lanes: Path) -> None:
    ours = Lanes(lanes, endpoint(1))
    order = []

    async def want(name: str, lane: Lane) -> None:
        slot = await ours.take(lane)
        assert isinstance(slot, Slot)
        with slot:
            order.append(name)
            await asyncio.sleep(0)

    held = await ours.take(BATCH)
    assert isinstance(held, Slot)
    names = [
        ("work 1", BATCH),
        ("work 2", BATCH),
        ("person 1", PERSON),
        ("work 3", BATCH),
        ("person 2", PERSON),
    ]
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for name, lane in names:
            group.create_task(want(name, lane), name=name)
            await asyncio.sleep(0)
        with held:
            assert ours.waiting == 5
    assert order == ["person 1", "person 2", "work 1", "work 2", "work 3"]


async def test_a_full_queue_refuses(lanes: Path) -> None:
    ours = Lanes(lanes, endpoint(1), most_waiting=1)
    slot = await ours.take(BATCH)
    assert isinstance(slot, Slot)
    with slot:
        waiting = asyncio.create_task(ours.take(BATCH))
        await queued(lanes, 1)
        refused = await ours.take(PERSON)
    assert isinstance(refused, Refused)
    assert refused.reason == "queue_full"
    last = await waiting
    assert isinstance(last, Slot)
    with last:
        assert ours.waiting == 0


@pytest.mark.parametrize("place", [0, 1])
async def test_a_wait_ends_at_its_limit_wherever_it_stands(lanes: Path, place: int) -> None:
    ours = Lanes(lanes, endpoint(1))
    slot = await ours.take(BATCH)
    assert isinstance(slot, Slot)
    with slot:
        before = [asyncio.create_task(ours.take(BATCH)) for _ in range(place)]
        await queued(lanes, place)
        assert await ours.take(BATCH, 0.05) == TimedOut("queue", 0.05)
        for task in before:
            task.cancel()
        await asyncio.gather(*before, return_exceptions=True)
    await queued(lanes, 0)


async def test_a_cancelled_wait_leaves_no_trace(lanes: Path) -> None:
    ours = Lanes(lanes, endpoint(1))
    slot = await ours.take(BATCH)
    assert isinstance(slot, Slot)
    with slot:
        waiting = asyncio.create_task(ours.take(PERSON))
        await queued(lanes, 1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert ours.waiting == 0
    await queued(lanes, 0)
    assert await can_take(ours, BATCH)


async def test_two_models_have_lanes_of_their_own(lanes: Path) -> None:
    first = await Lanes(lanes, endpoint(1)).take(BATCH, 5)
    other = await Lanes(lanes, Endpoint("http://127.0.0.1:1", "large")).take(BATCH, 5)
    assert isinstance(first, Slot)
    assert isinstance(other, Slot)
    with first, other:
        pass
