"""Every hazard that one fetch decides ends with its named reason, in bounded time and memory."""

import asyncio
import sys
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.message import Request
from tests.hostile.codings import make_bombs
from tests.hostile.registry import HAZARDS, Hazard, Layer
from tests.hostile.server import KINDS, HostileServer

LIMIT_SECONDS = 1.2
MAX_BYTES = 1 << 20
FETCHED = [hazard for hazard in HAZARDS.values() if hazard.layer is Layer.FETCH]


@pytest.fixture(scope="module", autouse=True)
def bombs() -> None:
    make_bombs()  # the clients here measure time


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer() as hostile:
        yield hostile


def settings(server: HostileServer) -> FetchSettings:
    return FetchSettings(
        user_agent="tandem-test",
        ca_file=server.ca_file,
        connect_seconds=0.5,
        timeout_seconds=LIMIT_SECONDS,
        grace_seconds=0.3,
        tick_seconds=0.05,
    )


def allow(ip: str, port: int, host: str) -> str | None:
    return None


@pytest.mark.parametrize("hazard", FETCHED, ids=lambda hazard: hazard.name)
async def test_a_hazard_has_its_named_end_while_a_healthy_page_beside_it_is_fetched(
    hazard: Hazard, server: HostileServer
) -> None:
    loop = asyncio.get_running_loop()
    async with Fetcher(settings(server), allow) as fetcher:
        started = loop.time()
        response, healthy = await asyncio.gather(
            fetcher.fetch(Request(server.url(hazard), max_bytes=MAX_BYTES)),
            fetcher.fetch(Request(server.origin() + "/healthy")),
        )
        took = loop.time() - started
    assert (response.reason, response.status, response.truncated) == (
        hazard.expected,
        hazard.status,
        hazard.truncated,
    )
    assert len(response.body) <= MAX_BYTES
    assert healthy.reason == "ok"
    assert took < LIMIT_SECONDS + 1


@pytest.mark.parametrize("name", [name for name in HAZARDS if "bomb" in name or name.endswith("without-end")])
async def test_memory_stays_near_the_cap(name: str, server: HostileServer) -> None:
    hazard = HAZARDS[name]
    async with Fetcher(settings(server), allow) as fetcher:
        url = server.url(hazard)
        await fetcher.fetch(Request(url, max_bytes=MAX_BYTES))  # the server makes its bomb
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        await fetcher.fetch(Request(url, max_bytes=MAX_BYTES))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak - before < 64 << 20


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are counted by /proc")
async def test_no_descriptor_and_no_task_is_left_behind(server: HostileServer) -> None:
    quick = [hazard for hazard in FETCHED if "bomb" not in hazard.name]
    before, tasks = open_descriptors(), len(asyncio.all_tasks())
    async with Fetcher(settings(server), allow) as fetcher:
        await asyncio.gather(*(fetcher.fetch(Request(server.url(hazard))) for hazard in quick))
    await server.idle()
    assert len(asyncio.all_tasks()) == tasks
    assert open_descriptors() <= before


def test_there_are_hazards_of_every_kind() -> None:
    assert {hazard.kind for hazard in HAZARDS.values()} == set(KINDS)
    assert len(HAZARDS) >= 45
