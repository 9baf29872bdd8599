"""The hostile server in a process of its own, so that what it does to itself slows nobody else."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.hostile.registry import HAZARDS, Hazard, Where
from tests.hostile.server import KINDS

__all__ = ["HAZARDS", "KINDS", "HostileProcess", "Seen"]  # importing the server fills the table

_PROGRAM = """
import asyncio, json, sys
from tests.hostile.codings import make_bombs
from tests.hostile.registry import Where
from tests.hostile.server import HostileServer

async def serve():
    make_bombs()
    async with HostileServer() as server:
        told = {"origins": {where: server.origin(where) for where in Where}, "ca_file": server.ca_file}
        sys.stdout.write(json.dumps(told) + "\\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        log = [(asked.headers.get("host", ""), asked.target) for asked in server.asked]
    sys.stdout.write(json.dumps(log) + "\\n")

asyncio.run(serve())
"""
_HOME = Path(__file__).parents[2]
_LINE_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server saw it."""

    host: str
    target: str


class HostileProcess:
    """Serves while the context lasts; `finish` ends it and gives its log."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._origins: dict[str, str] = {}
        self.ca_file = ""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _PROGRAM, stdin=PIPE, stdout=PIPE, cwd=_HOME, limit=_LINE_BYTES
        )
        told = json.loads(await self._line())
        self._origins, self.ca_file = told["origins"], told["ca_file"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def finish(self) -> list[Seen]:
        """Every request the server was asked."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        log = json.loads(await self._line())
        await self._process.wait()
        return [Seen(host, target) for host, target in log]

    def origin(self, where: Where = Where.HTTP) -> str:
        """Scheme, host and port of one listening socket."""
        return self._origins[where]

    def url(self, hazard: Hazard) -> str:
        """Where a hazard is served."""
        return self.origin(hazard.where) + hazard.path

    def url_by_name(self, hazard: Hazard) -> str:
        """The same at a host of the hazard's own, so that one hazard's failures are not another's."""
        scheme, _, authority = self.origin(hazard.where).partition("://")
        return f"{scheme}://{hazard.name}.test:{authority.rpartition(':')[2]}{hazard.path}"
