import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from scraper.frames import packed, receive
from scraper.pages import Parsed, ParseSettings, Raw, order_of

HEAVY = {
    "aiohttp",
    "asyncio",
    "pydantic",
    "yaml",
    "rich",
    "typer",
    "duckdb",
    "pyarrow",
    "sqlite3",
    "publicsuffixlist",
}


def started(parent: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    with theirs:
        fd = theirs.fileno()
        command = [sys.executable, "-m", "scraper.parse_worker", str(fd), str(parent)]
        process = subprocess.Popen(command, pass_fds=(fd,))
    return process, ours


@pytest.fixture
def worker() -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    process, channel = started(os.getpid())
    with process, channel:
        yield process, channel
        process.kill()


def test_a_worker_answers_each_chunk_and_ends_with_its_channel(
    worker: tuple[subprocess.Popen[bytes], socket.socket],
) -> None:
    process, channel = worker
    channel.sendall(packed(order_of(ParseSettings("Tandem/1.0"))))
    assert receive(channel) == "ready"
    for numbers in ((1, 2, 3), (4,)):
        pages = [
            Raw(f"http://h/{number}", b"<title>%d</title>" % number, "text/html", "text/html", "h")
            for number in numbers
        ]
        channel.sendall(packed(pages))
        answers = [Parsed(*row) for row in receive(channel)]
        assert [answer.title for answer in answers] == [str(number) for number in numbers]
    channel.close()
    assert process.wait(10) == 0


def test_a_worker_ends_when_it_never_gets_an_order(
    worker: tuple[subprocess.Popen[bytes], socket.socket],
) -> None:
    process, channel = worker
    channel.close()
    assert process.wait(10) == 0


def test_a_worker_whose_parent_is_already_gone_does_not_stay() -> None:
    process, channel = started(parent=1)
    with process, channel:
        assert process.wait(10) == 0


def test_a_worker_imports_only_what_it_needs() -> None:
    script = (
        "import sys, scraper.parse_worker; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert {"selectolax", "zstandard", "msgpack", "ada_url"} <= set(out.split())
    assert not HEAVY & set(out.split())
