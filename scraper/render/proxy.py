"""The proxy that all traffic of the browser goes through: what the guard refuses is never connected to.

    async with CheckingProxy(egress.refuses) as proxy:
        tally = proxy.open_tally("tab 1")
        browser = await chromium.launch(proxy={"server": proxy.address}, args=FLAGS, …)  # for nobody: 407
        context = await browser.new_context(proxy=proxy.settings(tally))
        …                              # tally.counts() before and after a page; tally.failure("host:port")
        proxy.close_tally(tally)       # closes its connections too

It listens on loopback and serves nobody without a name and a password that `open_tally` made, so that other
programs of this machine cannot go out by it. A context says its password only when it was asked for one, and
for a WebSocket it is not asked: let each new context open `GREETING` once, which the proxy answers by itself
and which therefore also proves that the browser goes through it. `route` names the job's own proxy
for a host, as `scraper.proxies` does; the guard is asked about the targets all the same.

What does not come about is answered with 403 (the guard) or 502, the reason in `X-Tandem-Reason`, which no
server can send. Of a tunnel a browser only says that it failed: `tally.failure` knows why.
"""

import asyncio
from types import TracebackType
from typing import Final, Self, TypedDict

from scraper.connect import Guard, Lookup, Resolve
from scraper.render.flags import GREETING, LOOPBACK_TOO
from scraper.render.proxy_head import (
    RequestHead,
    Target,
    answer_body,
    divided,
    place,
    request_body,
    request_head,
    written_answer,
    written_request,
)
from scraper.render.proxy_line import BrokenOffError, Line, ProxyLimits, exchange, hand_on, read_answer_head
from scraper.render.proxy_reach import Reach, Reached, Route, directly, proxy_fields
from scraper.render.proxy_reply import refuse, reply, say
from scraper.render.tally import Tally

__all__ = ["GREETING", "CheckingProxy", "ProxySettings"]

_GREETED: Final = GREETING.split("/")[2]
_INTERIM: Final = 8  # answers before the answer
_TLS_HANDSHAKE: Final = 0x16


class ProxySettings(TypedDict):
    """What Playwright wants to know of a proxy."""

    server: str
    bypass: str
    username: str
    password: str


class CheckingProxy:
    """A forward proxy on loopback, for the browser alone."""

    def __init__(
        self,
        guard: Guard,
        resolve: Resolve | None = None,
        route: Route = directly,
        limits: ProxyLimits | None = None,
    ) -> None:
        self._limits = limits or ProxyLimits()
        self._lookup = Lookup()
        self._reach = Reach(guard, resolve or self._lookup, route, self._limits.connect_seconds)
        self._tallies: dict[bytes, Tally] = {}
        self._lines: dict[Line, asyncio.Task[None]] = {}
        self.strangers = 0  # requests of nobody known

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=self._limits.head_bytes, backlog=256
        )
        self._port = self._server.sockets[0].getsockname()[1]
        self._timer = self._loop.call_later(self._limits.tick_seconds, self._sweep)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._timer.cancel()
        self._server.close()
        self._tallies.clear()
        for line, task in self._lines.items():
            line.abort()
            task.cancel()
        if self._lines:
            await asyncio.wait(self._lines.values())
        self._lookup.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def connections(self) -> int:
        """Open connections of the browser."""
        return len(self._lines)

    def open_tally(self, name: str, byte_limit: int = 0) -> Tally:
        """An account for one tab, with a password of its own."""
        if ":" in name or not name.isascii():
            raise ValueError(f"{name!r} cannot be a name here")
        tally = Tally(name, byte_limit=byte_limit)
        self._tallies[tally.authorization()] = tally
        return tally

    def close_tally(self, tally: Tally) -> None:
        """Lets nothing more through for this tab, nor what is on its way."""
        self._tallies.pop(tally.authorization(), None)
        for line in self._lines:
            if line.tally is tally:
                line.abort()

    def settings(self, tally: Tally) -> ProxySettings:
        """How a context of Playwright is told to go through this proxy."""
        return ProxySettings(
            server=self.address, bypass=LOOPBACK_TOO, username=tally.name, password=tally.password
        )

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._lines) >= self._limits.connections:
            writer.write(reply(503, "local_limit", is_last=True))
            writer.close()
            return
        line = Line(reader, writer, self._limits)
        task = self._loop.create_task(self._serve(line), name="proxy: a connection")
        self._lines[line] = task
        task.add_done_callback(lambda _: self._lines.pop(line))

    def _sweep(self) -> None:
        """Ends every connection that has had its time."""
        now = self._loop.time()
        for line in self._lines:
            if now > line.deadline:
                line.abort()
        self._timer = self._loop.call_later(self._limits.tick_seconds, self._sweep)

    async def _serve(self, line: Line) -> None:
        try:
            while await self._serve_one(line):
                line.allow(self._limits.idle_seconds if line.tally else self._limits.head_seconds)
        except BrokenOffError as error:
            if line.tally is not None:
                line.tally.fail(line.server_place, error.reason)
            line.abort()
        except (OSError, asyncio.IncompleteReadError):
            line.abort()
        finally:
            await line.close()

    async def _serve_one(self, line: Line) -> bool:
        """Answers one request; says whether there may be another."""
        try:
            data = await line.reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return say(line, 431, "header_limit", is_last=True)
        head = request_head(data)
        if head is None or request_body(head) is None:
            return say(line, 400, "protocol", is_last=True)
        tally = self._tallies.get(head.value(b"proxy-authorization"))
        if tally is None:
            self.strangers += 1
            return say(line, 407, "", is_last=request_body(head) != (0, False))
        if line.tally is not tally:
            line.drop_server()
            line.tally = tally
        tally.requests += 1
        if tally.is_spent:
            return say(line, 403, "too_large", is_last=True)
        answer = self._tunnel if head.method == b"CONNECT" else self._forward
        return await answer(line, head, tally)

    async def _tunnel(self, line: Line, head: RequestHead, tally: Tally) -> bool:
        target = place(head.target, "https") if b":" in head.target else None
        if target is None:
            return refuse(line, tally, "", "bad_url")
        server = await self._connect(line, target, is_tunnel=True)
        if isinstance(server, str):
            return refuse(line, tally, target.place, server)
        line.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        line.allow(self._limits.head_seconds)
        first = await line.reader.read(self._limits.head_bytes)
        if not _is_web(first):
            if first:
                tally.refused += 1
                tally.fail(target.place, "protocol")
            return False
        line.went(len(first))
        server.writer.write(first)
        await exchange(line, server)
        return False

    async def _forward(self, line: Line, head: RequestHead, tally: Tally) -> bool:
        found = divided(head.target)
        body = request_body(head)
        if found is None or body is None:
            return refuse(line, tally, "", "bad_url")
        target, path = found
        if target.authority == _GREETED:
            tally.requests -= 1
            return say(line, 200, "", is_last=body != (0, False))
        was_kept = line.server is not None and line.server_place == target.place
        if was_kept and line.server is not None and line.server.reader.at_eof():
            was_kept = False
        server = line.server if was_kept else await self._connect(line, target, is_tunnel=head.wants_socket)
        if server is None or isinstance(server, str):
            return refuse(line, tally, target.place, server or "no_answer")
        if server.upstream:
            path = b"http://" + target.authority.encode() + path
        extra = proxy_fields(server.upstream) if server.upstream else ()
        written = written_request(head, path, target.authority, extra)
        line.went(len(written))
        server.writer.write(written)
        await hand_on(body, line.reader, server.writer, line.went)
        return await _hand_back(line, server, head, may_be_stale=was_kept)

    async def _connect(self, line: Line, target: Target, *, is_tunnel: bool) -> Reached | str:
        line.drop_server()
        line.server_place = target.place
        line.allow(self._limits.connect_seconds + 5.0)
        reached = await self._reach.connect(target, is_tunnel=is_tunnel)
        if isinstance(reached, Reached):
            line.server = reached
            if line.tally is not None:
                line.tally.reach(target.place)
            line.allow(self._limits.idle_seconds)
        return reached


async def _hand_back(line: Line, server: Reached, head: RequestHead, *, may_be_stale: bool) -> bool:
    """The server's answer; says whether the connection can be used again."""
    for _ in range(_INTERIM):
        answer = await read_answer_head(line, server)
        if answer is None and may_be_stale:  # closed under the request: the browser asks again by itself
            raise BrokenOffError("no_answer")
        if answer is None or answer.status == 407:
            return refuse(line, line.tally, line.server_place, "proxy" if answer else "no_answer")
        if answer.status == 101:
            if not head.wants_socket:
                raise BrokenOffError("protocol")
            line.writer.write(written_answer(answer, is_kept=True))
            await exchange(line, server)
            return False
        if answer.status >= 200:
            break
        line.writer.write(written_answer(answer, is_kept=True))
    else:
        raise BrokenOffError("protocol")
    body = answer_body(head.method, answer)
    has_end = body.length is not None or body.is_chunked
    line.writer.write(written_answer(answer, is_kept=has_end))
    await hand_on(body, server.reader, line.writer, line.came)
    await line.writer.drain()
    if not (has_end and answer.is_kept):
        line.drop_server()
    return has_end


def _is_web(first: bytes) -> bool:
    """Whether this begins TLS or a WebSocket's request, not another protocol inside of a tunnel."""
    return bool(first) and (first[0] == _TLS_HANDSHAKE or first[:4] == b"GET "[: len(first)])
