"""The checking proxy between real sockets."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from scraper.egress import Egress
from scraper.render.proxy import GREETING, CheckingProxy
from scraper.render.proxy_line import ProxyLimits
from scraper.render.proxy_reach import Upstream
from scraper.render.tally import Tally
from tests.scraper.render.wires import OK, Client, client, reason, saying, status, talking, until

LOOPBACK = Egress.allowing(["127.0.0.1", "*.test"]).refuses
QUICK = ProxyLimits(head_seconds=0.4, idle_seconds=0.4, connect_seconds=0.4, tick_seconds=0.05)


async def inside(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@asynccontextmanager
async def proxy_of(guard: object = LOOPBACK, **parts: object) -> AsyncIterator[tuple[CheckingProxy, Tally]]:
    async with CheckingProxy(guard, **{"resolve": inside} | parts) as proxy:  # type: ignore[arg-type]
        yield proxy, proxy.open_tally("tab")


async def test_a_server_gets_what_it_would_get_without_a_proxy() -> None:
    async with saying(OK) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        head, body = await browser.get(
            f"http://shop.test:{server.port}/a?b=c%20d",
            "Host: another.test",
            "Proxy-Connection: keep-alive",
            "Cookie: a=b",
            "X-Once: 1",
            "Connection: x-once",
        )
        assert (status(head), body) == (200, b"hi")
        assert server.heads == [
            f"GET /a?b=c%20d HTTP/1.1\r\nHost: shop.test:{server.port}\r\nCookie: a=b\r\n".encode()
            + b"Connection: keep-alive\r\n\r\n"
        ]


async def test_connections_are_kept_at_both_ends() -> None:
    async with saying(OK) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        for number in range(5):
            assert (await browser.get(f"http://{server.place}/{number}"))[1] == b"hi"
        assert server.connections == 1
        assert proxy.connections == 1
        assert tally.counts()[:2] == (5, 0)


async def test_a_kept_connection_is_never_used_for_another_server() -> None:
    async with (
        saying(OK) as one,
        saying(OK) as other,
        proxy_of() as (proxy, tally),
        client(proxy, tally) as browser,
    ):
        for server in (one, other, one):
            await browser.get(f"http://{server.place}/")
        await browser.get(f"http://b.test:{one.port}/")
    assert (one.connections, other.connections) == (3, 1)


async def test_bodies_go_to_the_server_whole() -> None:
    got = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for size in (100_000, 18):
            await reader.readuntil(b"\r\n\r\n")
            got.append(await reader.readexactly(size))
            writer.write(OK)

    async with talking(talk) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        url = f"POST http://{server.place}/"
        assert status(await browser.ask(url, "Content-Length: 100000", body=b"x" * 100_000)) == 200
        await browser.reader.readexactly(2)
        chunks = b"4;a=b\r\nabcd\r\n0\r\n\r\n"
        assert status(await browser.ask(url, "Transfer-Encoding: chunked", body=chunks)) == 200
        assert got == [b"x" * 100_000, chunks]
        assert tally.sent > 100_018


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "answer", "expected"),
    [
        ("GET", CHUNKED, CHUNKED.partition(b"\r\n\r\n")[2]),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 70\r\n\r\n", b""),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n", b""),
        ("GET", b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", b"hi"),
        ("GET", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
    ],
)
async def test_an_answer_ends_where_it_says_and_another_may_follow(
    method: str, answer: bytes, expected: bytes
) -> None:
    async with saying(answer, OK) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        head = await browser.ask(f"{method} http://{server.place}/")
        assert b"\r\nConnection: keep-alive\r\n" in head
        assert await browser.reader.readexactly(len(expected)) == expected
        assert (await browser.get(f"http://{server.place}/"))[1] == b"hi"
        assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n 4\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 4\r\n\r\nuntil the end",
    ],
)
async def test_where_an_end_can_be_read_in_two_ways_it_is_the_end_of_the_connection(answer: bytes) -> None:
    async with (
        saying(answer, ends=True) as server,
        proxy_of() as (proxy, tally),
        client(proxy, tally) as browser,
    ):
        head = await browser.ask(f"GET http://{server.place}/")
        assert b"\r\nConnection: close\r\n" in head
        assert await browser.rest() == b"until the end"


async def test_answers_before_the_answer_are_handed_on() -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    async with saying(hint + OK) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        assert await browser.ask(f"GET http://{server.place}/") == hint
        assert status(await browser.head()) == 200


async def test_a_server_cannot_speak_in_the_name_of_the_proxy() -> None:
    said = b"HTTP/1.1 200 OK\r\nX-Tandem-Reason: egress\r\nx-tandem-reason: dns\r\nAlt-Svc: h3\r\nX: y\r\n"
    odd = b"HTTP/1.1 200 OK\r\nX-Tandem-Reason : egress\r\n\r\n"
    ask = b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
    async with proxy_of() as (proxy, tally):
        async with saying(said + b"Content-Length: 0\r\n\r\n") as server, client(proxy, tally) as browser:
            head = await browser.ask(f"GET http://{server.place}/")
            assert reason(head) == ""
            assert b"Alt-Svc" not in head
            assert b"X: y" in head
        async with saying(odd, ends=True) as server, client(proxy, tally) as browser:
            assert b"Tandem" not in await browser.ask(f"GET http://{server.place}/")
        async with saying(ask) as server, client(proxy, tally) as browser:
            head = await browser.ask(f"GET http://{server.place}/")
            assert (status(head), reason(head)) == (502, "proxy")


async def test_a_tunnel_hands_on_both_ways_and_ends_with_either_end() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data.upper())

    async with talking(echo) as server, proxy_of() as (proxy, tally):
        async with client(proxy, tally) as browser:
            assert status(await browser.ask(f"CONNECT {server.place}")) == 200
            browser.writer.write(b"\x16hello")
            assert await browser.reader.readexactly(6) == b"\x16HELLO"
            browser.writer.write(b"more")
            assert await browser.reader.readexactly(4) == b"MORE"
        await until(lambda: proxy.connections == 0)
        assert tally.counts() == (1, 0, 10, 10)


async def test_a_tunnel_that_the_server_ends_is_emptied_first() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"x" * 300_000)
        await writer.drain()

    async with talking(speak) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        await browser.ask(f"CONNECT {server.place}")
        browser.writer.write(b"\x16")
        assert await browser.rest() == b"x" * 300_000


@pytest.mark.parametrize("first", [b"EHLO inside\r\n", b"\x00\x01\x00\x08", b"POST / HTTP/1.1\r\n"])
async def test_other_protocols_find_no_way_through_a_tunnel(first: bytes) -> None:
    heard = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(-1))

    async with talking(listen) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        await browser.ask(f"CONNECT {server.place}")
        browser.writer.write(first)
        assert await browser.rest() == b""
        await until(lambda: bool(heard))
        assert heard == [b""]
        assert tally.refused == 1


async def test_a_websocket_over_plain_http_is_handed_on() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in head
        writer.write(b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nframe")
        assert await reader.readexactly(4) == b"back"
        writer.write(b"done")

    fields = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: eA==")
    async with talking(talk) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        head = await browser.ask(f"GET http://{server.place}/", *fields)
        assert status(head) == 101
        assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in head
        assert await browser.reader.readexactly(5) == b"frame"
        browser.writer.write(b"back")
        assert await browser.rest() == b"done"


async def test_a_server_that_switches_unasked_is_not_followed() -> None:
    switch = b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    async with saying(switch) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        browser.send(f"GET http://{server.place}/")
        assert await browser.rest() == b""
        assert tally.failure(server.place) == "protocol"


async def test_a_kept_connection_that_the_server_has_closed_is_not_used() -> None:
    ended = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    async with (
        saying(ended, ends=True) as server,
        proxy_of() as (proxy, tally),
        client(proxy, tally) as browser,
    ):
        for number in (1, 2, 3):
            assert (await browser.get(f"http://{server.place}/"))[1] == b"hi"
            assert server.connections == number


async def test_a_request_that_a_kept_connection_swallowed_is_left_to_the_browser_to_repeat() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await reader.readuntil(b"\r\n\r\n")

    async with talking(once) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        await browser.get(f"http://{server.place}/")
        browser.send(f"GET http://{server.place}/")
        assert await browser.rest() == b"", "no answer at all: on a used connection that means, ask again"


async def test_the_greeting_is_answered_by_the_proxy_alone() -> None:
    async with proxy_of() as (proxy, tally):
        async with client(proxy, tally) as browser:
            assert status(await browser.ask(f"GET {GREETING}")) == 200
        async with client(proxy, None) as browser:
            assert status(await browser.ask(f"GET {GREETING}")) == 407


@pytest.mark.parametrize("answer", [b"", b"nothing like HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nhalf a head"])
async def test_what_is_no_answer_has_a_name(answer: bytes) -> None:
    async with (
        saying(answer, ends=True) as server,
        proxy_of() as (proxy, tally),
        client(proxy, tally) as browser,
    ):
        browser.send(f"GET http://{server.place}/")
        got = await browser.rest()
        assert got == b"" or (status(got), reason(got)) == (502, "no_answer")
        assert tally.failure(server.place) in ("no_answer", "protocol")


async def test_names_without_an_address_and_servers_that_are_not_there_have_names_too() -> None:
    async def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    async with proxy_of(resolve=nowhere) as (proxy, tally), client(proxy, tally) as browser:
        assert reason(await browser.ask("GET http://gone.test/")) == "dns"
    async with saying(OK) as server:
        port = server.port
    async with proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        assert reason(await browser.ask(f"CONNECT 127.0.0.1:{port}")) == "connect_refused"
        assert tally.failure(f"127.0.0.1:{port}") == "connect_refused"
        assert tally.refused == 0


# --- what the guard does not let out


SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0177.0.0.01",
    "0",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "inside.example",
    "xn--bcher-kva.example",
    "%31%32%37.0.0.1",
    "１２７.0.0.1",
)


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_leads_inside(host: str) -> None:
    async with saying(OK) as canary, proxy_of(Egress().refuses) as (proxy, tally):
        for line in (f"GET http://{host}:{canary.port}/", f"CONNECT {host}:{canary.port}"):
            async with client(proxy, tally) as browser:
                head = await browser.ask(line.encode().decode("latin-1"))
                assert status(head) in (400, 403)
        assert canary.connections == 0


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
        "http://lab.test:25/",
        "http://lab.test:6667/",
        "http://user:pass@lab.test/",
        "http://lab.test@10.0.0.1/",
        "http://lab.test\\@10.0.0.1/",
        "https://lab.test/",
        "ftp://lab.test/",
        "file:///etc/passwd",
        "/etc/passwd",
        "*",
    ],
)
async def test_what_is_refused_is_answered_with_its_reason(target: str) -> None:
    async with proxy_of(Egress.allowing(["lab.test"]).refuses) as (proxy, tally):
        async with client(proxy, tally) as browser:
            head = await browser.ask(f"GET {target}")
            assert (status(head), reason(head) in ("egress", "bad_url")) == (403, True)
        assert tally.refused == 1


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("GET http://10.0.0.1/", "10.0.0.1:80"),
        ("CONNECT 10.0.0.1:443", "10.0.0.1:443"),
        ("CONNECT [fd00::1]:443", "fd00::1:443"),
        ("CONNECT Lab.Test.:8443", "lab.test:8443"),
    ],
)
async def test_a_failure_is_found_by_host_and_port(line: str, place: str) -> None:
    async with proxy_of(Egress().refuses) as (proxy, tally), client(proxy, tally) as browser:
        await browser.ask(line)
        assert tally.failure(place) == "egress"


async def test_a_failure_is_forgotten_when_the_host_is_reached() -> None:
    async with saying(OK) as server, proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        tally.fail(server.place, "connect_timeout")
        await browser.get(f"http://{server.place}/")
        assert tally.failure(server.place) == ""


async def test_only_the_addresses_that_were_judged_good_are_connected_to() -> None:
    asked = []

    async def both(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.2", "127.0.0.1"]

    def guard(ip: str, port: int, host: str) -> str | None:
        return "egress" if ip == "127.0.0.2" else None

    async with (
        saying(OK) as good,
        talking(_nothing, "127.0.0.2", good.port) as bad,
        proxy_of(guard, resolve=both) as (proxy, tally),
        client(proxy, tally) as browser,
    ):
        assert (await browser.get(f"http://name.test:{good.port}/"))[1] == b"hi"
        assert (bad.connections, good.connections) == (0, 1)
        assert asked == ["name.test"], "a name is looked up once for each connection, and never again"


async def _nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    return


# --- who may use it


async def test_nobody_without_a_password_goes_out_by_it() -> None:
    async with saying(OK) as server, proxy_of() as (proxy, tally):
        gone = proxy.open_tally("gone")
        proxy.close_tally(gone)
        guessed = Tally("tab", password="guessed")  # noqa: S106
        for known in (None, gone, guessed):
            for line in (f"GET http://{server.place}/", f"CONNECT {server.place}"):
                async with client(proxy, known) as stranger:
                    head = await stranger.ask(line)
                    assert status(head) == 407
                    assert b"Proxy-Authenticate: Basic" in head
        assert server.connections == 0
        assert proxy.strangers == 6
        assert tally.counts() == (0, 0, 0, 0)
        assert tally.password not in repr(tally)


async def test_who_is_asked_for_a_password_may_say_it_on_the_same_connection() -> None:
    async with saying(OK) as server, proxy_of() as (proxy, tally), client(proxy, None) as browser:
        assert status(await browser.ask(f"CONNECT {server.place}")) == 407
        said = f"Proxy-Authorization: {tally.authorization().decode()}"
        assert (await browser.get(f"http://{server.place}/", said))[1] == b"hi"


async def test_each_tab_is_counted_by_itself_and_ends_by_itself() -> None:
    async with saying(OK) as server, proxy_of() as (proxy, one):
        other = proxy.open_tally("another")
        async with client(proxy, one) as first, client(proxy, other) as second:
            await first.get(f"http://{server.place}/")
            await second.get(f"http://{server.place}/")
            await second.get(f"http://{server.place}/")
            assert (one.requests, other.requests) == (1, 2)
            assert other.received == 2 * one.received > 0
            proxy.close_tally(other)
            assert await second.rest() == b""
            assert (await first.get(f"http://{server.place}/"))[1] == b"hi"


async def test_a_tab_gets_no_more_than_its_bytes() -> None:
    async with saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000) as server, proxy_of() as (proxy, _):
        tally = proxy.open_tally("small", byte_limit=100_000)
        async with client(proxy, tally) as browser:
            browser.send(f"GET http://{server.place}/")
            assert len(await browser.rest()) < 300_000
        async with client(proxy, tally) as browser:
            head = await browser.ask(f"GET http://{server.place}/")
            assert (status(head), reason(head)) == (403, "too_large")


# --- what it bears


@pytest.mark.parametrize(
    "text",
    [
        b"\r\n\r\n",
        b"GET http://lab.test/ HTTP/2.0\r\n\r\n",
        b"GET  http://lab.test/ HTTP/1.1\r\n\r\n",
        b"get http://lab.test/ HTTP/1.1\r\n\r\n",
        b"GET http://lab.test/ HTTP/1.1\r\n folded: 1\r\n\r\n",
        b"GET http://lab.test/ HTTP/1.1\r\nA : b\r\n\r\n",
        b"GET http://lab.test/ HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
        b"POST http://lab.test/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST http://lab.test/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST http://lab.test/ HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
    ],
)
async def test_what_a_browser_would_not_send_is_not_read_further(text: bytes) -> None:
    async with proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        browser.writer.write(text)
        assert status(await browser.head()) == 400
        assert await browser.rest() == b""


async def test_a_head_without_end_is_not_kept() -> None:
    async with proxy_of() as (proxy, tally), client(proxy, tally) as browser:
        browser.writer.write(b"GET http://lab.test/ HTTP/1.1\r\nA: " + b"x" * 200_000)
        assert status(await browser.head()) == 431


async def test_a_head_that_comes_by_drops_is_given_up() -> None:
    async with proxy_of(limits=QUICK) as (proxy, tally), client(proxy, tally) as browser:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            dripping = group.create_task(_drip(browser))
            assert await browser.rest() == b""
            dripping.cancel()
        await until(lambda: proxy.connections == 0)


async def _drip(browser: Client) -> None:
    while True:
        browser.writer.write(b"G")
        await asyncio.sleep(0.05)


async def test_silence_ends_a_connection_whoever_is_silent() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with talking(silent) as server, proxy_of(limits=QUICK) as (proxy, tally):
        for line, after in ((f"GET http://{server.place}/", b""), (f"CONNECT {server.place}", b"\x16")):
            async with client(proxy, tally) as browser, asyncio.timeout(30):
                browser.send(line)
                browser.writer.write(after)
                await browser.rest()
        async with client(proxy, None) as browser, asyncio.timeout(30):
            assert await browser.rest() == b""
        await until(lambda: proxy.connections == 0)


async def test_who_drips_has_an_end_as_well() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)

    limits = ProxyLimits(idle_seconds=60, life_seconds=0.6, tick_seconds=0.05)
    async with talking(drip) as server, proxy_of(limits=limits) as (proxy, tally):
        async with client(proxy, tally) as browser, asyncio.timeout(30):
            browser.send(f"GET http://{server.place}/")
            await browser.rest()
        await until(lambda: proxy.connections == 0)


async def test_a_browser_that_does_not_read_is_given_up() -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()

    async with (
        talking(pour) as server,
        proxy_of(limits=QUICK) as (proxy, tally),
        client(proxy, tally) as browser,
    ):
        browser.send(f"GET http://{server.place}/")
        await until(lambda: tally.received > 100_000)
        await until(lambda: proxy.connections == 0)


async def test_connections_are_bounded_in_number() -> None:
    limits = ProxyLimits(connections=2)
    async with proxy_of(limits=limits) as (proxy, tally):
        async with client(proxy, tally) as one, client(proxy, tally) as two:
            for browser in (one, two):
                await browser.ask(f"GET {GREETING}")
            async with client(proxy, tally) as three:
                assert status(await three.head()) == 503
        await until(lambda: proxy.connections == 0)
        async with client(proxy, tally) as four:
            assert status(await four.ask(f"GET {GREETING}")) == 200


async def test_at_its_end_nothing_stays_open() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    before = asyncio.all_tasks()
    async with (
        talking(silent) as server,
        proxy_of() as (proxy, tally),
        client(proxy, tally) as one,
        client(proxy, tally) as two,
    ):
        one.send(f"GET http://{server.place}/")
        await two.ask(f"CONNECT {server.place}")
        two.writer.write(b"\x16")
        await until(lambda: server.connections == 2)
        await proxy.__aexit__()
        assert proxy.connections == 0
        assert await one.rest() == await two.rest() == b""
    assert asyncio.all_tasks() == before


# --- by way of the job's own proxy


async def test_an_upstream_proxy_is_spoken_to_as_a_proxy() -> None:
    upstream_heads = []

    async def upstream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        upstream_heads.append(head)
        if head.startswith(b"CONNECT"):
            writer.write(b"HTTP/1.1 200 Yes\r\nX: y\r\n\r\n")
            writer.write(await reader.read(100))
        else:
            writer.write(OK)

    async with talking(upstream) as server:
        way = f"http://me:hunter2@127.0.0.1:{server.port}"
        assert "hunter2" not in repr(Upstream.of(way))
        async with proxy_of(route=lambda host: way) as (proxy, tally):
            async with client(proxy, tally) as browser:
                assert (await browser.get("http://far.test/a?b"))[1] == b"hi"
            async with client(proxy, tally) as browser:
                assert status(await browser.ask("CONNECT far.test:443")) == 200
                browser.writer.write(b"\x16hello")
                assert await browser.rest() == b"\x16hello"
    said = b"Proxy-Authorization: Basic bWU6aHVudGVyMg=="
    assert upstream_heads[0].startswith(b"GET http://far.test/a?b HTTP/1.1\r\nHost: far.test\r\n" + said)
    assert upstream_heads[1].startswith(b"CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\n" + said)


async def test_the_guard_is_asked_about_targets_that_an_upstream_would_reach() -> None:
    async with saying(OK) as upstream:
        way = f"http://127.0.0.1:{upstream.port}"
        async with proxy_of(Egress().refuses, route=lambda host: way) as (proxy, tally):
            for line in ("GET http://inside.test/", "CONNECT 10.0.0.1:443"):
                async with client(proxy, tally) as browser:
                    assert reason(await browser.ask(line)) == "egress"
        assert upstream.connections == 0


async def test_only_hosts_that_have_an_upstream_go_by_it() -> None:
    async with saying(OK) as upstream, saying(OK) as server:
        way = f"http://127.0.0.1:{upstream.port}"
        ways = {"far.test": way, "near.test": ""}
        async with proxy_of(route=ways.get) as (proxy, tally), client(proxy, tally) as browser:
            await browser.get(f"http://near.test:{server.port}/")
            await browser.get(f"http://far.test:{server.port}/")
            head = await browser.ask(f"GET http://third.test:{server.port}/")
            assert (status(head), reason(head)) == (502, "proxy_unavailable"), "never goes out without it"
        assert (len(upstream.heads), len(server.heads)) == (1, 1)


async def test_an_upstream_that_refuses_or_is_gone_is_named() -> None:
    async with saying(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n") as upstream:
        way = f"http://127.0.0.1:{upstream.port}"
        async with proxy_of(route=lambda host: way) as (proxy, tally):
            for line in ("GET http://far.test/", "CONNECT far.test:443"):
                async with client(proxy, tally) as browser:
                    head = await browser.ask(line)
                    assert (status(head), reason(head)) == (502, "proxy")
    async with proxy_of(route=lambda host: way) as (proxy, tally), client(proxy, tally) as browser:
        assert reason(await browser.ask("CONNECT far.test:443")) == "proxy"


@pytest.mark.parametrize("url", ["", "far.test:80", "socks5://a:secret@far.test", "http://", "http://x:y"])
def test_what_is_no_proxy_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="a proxy is written as") as error:
        Upstream.of(url)
    assert "secret" not in str(error.value)
