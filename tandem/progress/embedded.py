"""Starts the small broker beside a run and says where it is."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from tandem.progress.broker_url import BrokerUrl

START_SECONDS = 20.0
ANNOUNCEMENT = "broker.json"


class BrokerNotStarted(Exception):
    """The small broker did not come up."""


class EmbeddedBroker:
    """A child process in a session of its own, so that a signal for the run does not reach it."""

    def __init__(self, process: asyncio.subprocess.Process, url: BrokerUrl, announcement: Path) -> None:
        self._process = process
        self._announcement = announcement
        self.url = url

    @property
    def pid(self) -> int:
        """Of the broker's process."""
        return self._process.pid

    @classmethod
    async def start(cls, workspace: Path) -> "EmbeddedBroker":
        """Starts it on a free port of loopback and announces it in the workspace."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "tandem.progress.broker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        url = BrokerUrl("127.0.0.1", await _port(process))
        announcement = workspace / ANNOUNCEMENT
        _announce(announcement, url, process.pid)
        return cls(process, url, announcement)

    async def stop(self) -> None:
        """Tells it that all is told; it ends by itself, soon."""
        if self._process.stdin is not None:
            with suppress(ConnectionError):
                self._process.stdin.write(b"end\n")
                await self._process.stdin.drain()
            self._process.stdin.close()
        with suppress(OSError):
            self._announcement.unlink()
        await self._process.wait()


async def _port(process: asyncio.subprocess.Process) -> int:
    line = b""
    with suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            if process.stdout is not None:
                line = await process.stdout.readline()
    if not line.strip().isdigit():
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise BrokerNotStarted("the embedded broker did not start; progress is not published")
    return int(line)


def _announce(path: Path, url: BrokerUrl, pid: int) -> None:
    """Whole or not at all: another process may read it at any moment."""
    unfinished = path.with_name(f"{path.name}.tmp")
    try:
        unfinished.write_text(json.dumps({"url": str(url), "pid": pid}) + "\n", encoding="utf-8")
        os.replace(unfinished, path)  # noqa: PTH105 - says that an older announcement is replaced
    except OSError as error:
        raise BrokerNotStarted(f"{path}: {error.strerror}; progress is not published") from error
