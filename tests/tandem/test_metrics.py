"""A run's figures as Prometheus reads them."""

import asyncio
import re
import socket
from datetime import UTC, datetime

import pytest

from tandem.environment import Environment
from tandem.metrics_port import metrics_port
from tandem.metrics_server import measured
from tandem.problem import UsageError
from tandem.progress.announcer import Announcer
from tandem.progress.events import RecordBatch, RecordNote
from tandem.progress.figures import ModelStats, Stats, StoreFigures
from tandem.progress.memory import MemoryBus

SAMPLE = re.compile(r'^[a-z_]+(\{([a-z_]+="(\\.|[^"\\])*",?)+\})? -?[0-9.e+-]+$')


async def _asked(address: str, request: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", int(address.rsplit(":", 1)[1].split("/", maxsplit=1)[0])
    )
    writer.write(request.encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split(" ", 2)[1]), body


def _get(path: str = "/metrics", host: str = "127.0.0.1:9464", method: str = "GET") -> str:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def _stats() -> Stats:
    return Stats(
        run="books-1-ab",
        elapsed_seconds=2.5,
        pages=12,
        pages_per_second=4.5,
        bytes=2_000,
        bytes_per_second=800,
        waiting=7,
        in_flight=2,
        hosts=1,
        outcomes={"fetched:ok": 12, "failed:http_500": 1},
        store=StoreFigures(pending_rows=3, pending_bytes=100, files=2, ledger_bytes=4096),
    )


async def test_the_newest_figures_are_served_in_the_text_format() -> None:
    bus, told = MemoryBus(), list[str]()
    announcer = Announcer("books-1-ab", 'odd "name"', 1, clock=lambda: datetime.now(UTC))
    announcer.connect(bus)
    async with measured(bus, 0, told.append):
        announcer.say_state("running")
        announcer.say(_stats())
        announcer.say(
            RecordBatch(run="books-1-ab", records=(RecordNote(url="http://a/", record="book", count=3),))
        )
        announcer.say(ModelStats(run="books-1-ab", tier="fast", model="tiny", answers=4, tokens_in=900))
        await asyncio.sleep(0)
        status, body = await _asked(told[0], _get())
    assert status == 200
    lines = body.splitlines()
    assert 'tandem_run_info{run="books-1-ab",job="odd \\"name\\"",number="1",state="running"} 1' in lines
    assert "tandem_pages_total 12" in lines
    assert "tandem_pages_per_second 4.5" in lines
    assert 'tandem_visits_total{outcome="failed",reason="http_500"} 1' in lines
    assert "tandem_store_ledger_bytes 4096" in lines
    assert 'tandem_records_total{record="book"} 3' in lines
    assert 'tandem_model_tokens_in_total{tier="fast",model="tiny"} 900' in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
    assert [line for line in lines if not line.startswith("#") and not SAMPLE.match(line)] == []
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (_get(host="localhost:1"), 200),
        (_get(host="evil.example:9464"), 421),
        ("GET /metrics HTTP/1.1\r\n\r\n", 421),
        (_get("/"), 404),
        (_get(method="POST"), 405),
    ],
)
async def test_pages_that_a_browser_shows_here_learn_nothing(request_: str, status: int) -> None:
    told = list[str]()
    async with measured(MemoryBus(), 0, told.append):
        answered, body = await _asked(told[0], request_)
    assert answered == status
    assert ("process_cpu_seconds_total" in body) == (status == 200)


async def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"progress.metrics: port {port}"):
            async with measured(MemoryBus(), port, print):
                pass


def test_the_job_wins_over_the_environment() -> None:
    assert metrics_port(None, Environment()) is None
    assert metrics_port(None, Environment(metrics="9464")) == 9464
    assert metrics_port(0, Environment(metrics="9464")) == 0
    for wrong in ("http", "70000", "-1"):
        with pytest.raises(UsageError, match="TANDEM_METRICS"):
            metrics_port(None, Environment(metrics=wrong))
