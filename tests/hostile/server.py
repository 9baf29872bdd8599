"""The hostile server: raw sockets on loopback, one per way of taking a connection."""

import argparse
import asyncio
import ssl
import sys
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import trustme

from tests.hostile import codings, contents, documents, links, redirects, statuses, tls, traps, wires
from tests.hostile.registry import HAZARDS, Asked, Hazard, Where, Wire, answer, page

KINDS = tuple(
    module.KIND for module in (codings, contents, documents, wires, statuses, redirects, links, traps, tls)
)
HOST = "127.0.0.1"
_LINE_BYTES = 1 << 20


class HostileServer:
    """Serves every hazard below its path; any other path is a healthy page."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._ports: dict[Where, int] = {}
        self._talks: set[asyncio.Task[None]] = set()
        self.asked: list[Asked] = []

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        folder = Path(self._stack.enter_context(TemporaryDirectory()))
        authority, stranger = trustme.CA(), trustme.CA()
        self.ca_file = str(folder / "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)
        past = datetime(2001, 1, 1, tzinfo=UTC)
        certificates = {
            Where.TLS: authority.issue_cert(HOST),
            Where.TLS_EXPIRED: authority.issue_cert(HOST, not_before=past, not_after=past.replace(year=2002)),
            Where.TLS_UNTRUSTED: stranger.issue_cert(HOST),
            Where.TLS_WRONG_HOST: authority.issue_cert("elsewhere.example"),
        }
        await self._listen(Where.HTTP, None, self._port)
        for where, certificate in certificates.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            await self._listen(where, context)
        await self._listen(Where.TLS_NOT, None)
        await self._listen(Where.TLS_STALLED, None)
        await self._leave_closed()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._stack.aclose()

    async def idle(self) -> None:
        """Waits until every client has hung up and been let go."""
        while self._talks:
            await asyncio.wait(self._talks)

    async def _listen(self, where: Where, context: ssl.SSLContext | None, port: int = 0) -> None:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
            try:
                await self._talk(where, Wire(reader, writer))
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
                pass  # clients hang up at any moment, and the end of the test is one of them
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

        server = await asyncio.start_server(take, HOST, port, ssl=context, limit=_LINE_BYTES)
        self._stack.callback(server.close)
        self._ports[where] = server.sockets[0].getsockname()[1]

    async def _leave_closed(self) -> None:
        server = await asyncio.start_server(lambda reader, writer: None, HOST, 0)
        self._ports[Where.REFUSED] = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()

    async def _talk(self, where: Where, wire: Wire) -> None:
        if where is Where.TLS_STALLED:
            await wires.until_gone(wire)
            return
        if where is Where.TLS_NOT:
            wire.writer.write(answer(page("plain"), status="400 Bad Request"))
            return
        turn = 0
        while True:
            head = (await wire.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            asked = self._read(where, head, turn)
            self.asked.append(asked)
            found = HAZARDS.get(asked.path.split("/")[1])
            whole = await found.serve(asked, wire) if found else answer(page("healthy", "<p>well</p>" * 50))
            if whole is None:
                return
            wire.writer.write(whole)
            await wire.writer.drain()
            turn += 1

    def _read(self, where: Where, head: str, turn: int) -> Asked:
        start, *lines = head.split("\r\n")
        method, _, rest = start.partition(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        now = asyncio.get_running_loop().time()
        return Asked(method, rest.rpartition(" ")[0], headers, self.origin(where), now, turn)

    def origin(self, where: Where = Where.HTTP) -> str:
        """Scheme, host and port of one listening socket."""
        scheme = "https" if where.value.startswith("tls") else "http"
        return f"{scheme}://{HOST}:{self._ports[where]}"

    def url(self, hazard: Hazard) -> str:
        """Where a hazard is served."""
        return self.origin(hazard.where) + hazard.path


async def serve(port: int) -> None:
    """Serves until interrupted, after saying what is where."""
    async with HostileServer(port) as server:
        for hazard in HAZARDS.values():
            line = f"{hazard.kind:15} {hazard.expected:18} {hazard.layer:6} {server.url(hazard)}\n"
            sys.stdout.write(line)
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of plain HTTP; a free one when not given")
    try:
        asyncio.run(serve(parser.parse_args().port))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
