import asyncio
import os
import signal
from typing import Any

import pytest

from scraper.pages import Parsed, ParseSettings, Raw
from scraper.parse_process import ParseProcess, WorkerNotStarted

SETTINGS = ParseSettings("Tandem/1.0")


def pages(*titles: str) -> list[Raw]:
    return [
        Raw("http://h/", f"<title>{title}</title>".encode(), "text/html", "text/html", "h")
        for title in titles
    ]


async def test_answers_come_in_the_order_of_the_chunks() -> None:
    answers: asyncio.Queue[Any] = asyncio.Queue()
    worker = await ParseProcess.start(SETTINGS, answers.put_nowait)
    worker.send(pages("a", "b"))
    worker.send(pages("c"))
    got = [[Parsed(*row).title for row in await answers.get()] for _ in range(2)]
    await worker.end()
    assert got == [["a", "b"], ["c"]]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_the_end_tells_what_ended_it(number: signal.Signals) -> None:
    worker = await ParseProcess.start(SETTINGS, lambda _: None)
    os.kill(worker.pid, number)
    await worker.gone.wait()
    assert await worker.end() == -number


async def test_what_is_sent_to_a_dead_worker_is_no_error() -> None:
    worker = await ParseProcess.start(SETTINGS, lambda _: None)
    worker.kill()
    await worker.gone.wait()
    worker.send(pages("late"))
    assert await worker.end() == -signal.SIGKILL


async def test_a_start_that_is_cancelled_leaves_no_process() -> None:
    start = asyncio.create_task(ParseProcess.start(SETTINGS, lambda _: None))
    await asyncio.sleep(0)
    children = await asyncio.to_thread(_children)
    assert len(children) == 1
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert not await asyncio.to_thread(_children)


async def test_an_interpreter_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    with pytest.raises(WorkerNotStarted, match="ended as it started"):
        await ParseProcess.start(SETTINGS, lambda _: None)


def _children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children") as children:  # noqa: PTH123 - a file of the kernel
        return children.read().split()
