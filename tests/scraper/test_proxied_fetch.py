"""Requests through proxies on real sockets: dead ones, failing ones, ones that want a password."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.host_pattern import HostPattern
from scraper.message import Errand, Request, Response
from scraper.proxied_fetch import ProxiedFetcher
from scraper.proxies import Proxies, ProxyPlan
from tests.hostile.registry import Where
from tests.hostile.server import HostileServer
from tests.scraper.small_proxy import SmallProxy

DEAD = "http://127.0.0.1:9"


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer() as hostile:
        yield hostile


@pytest.fixture
async def proxy() -> AsyncIterator[SmallProxy]:
    async with SmallProxy() as small:
        yield small


@pytest.fixture
async def second() -> AsyncIterator[SmallProxy]:
    async with SmallProxy() as small:
        yield small


class Through:
    """A fetcher through these proxies, and what they are known for."""

    def __init__(self, fetcher: Fetcher, plan: ProxyPlan) -> None:
        self.proxies = Proxies(plan)
        self._fetcher = ProxiedFetcher(fetcher, self.proxies, lambda host: 0.0)

    async def __call__(self, *urls: str, errand: Errand | None = None) -> list[Response]:
        return [await self._fetcher.fetch(Request(url, errand=errand)) for url in urls]


@asynccontextmanager
async def through(server: HostileServer, *rotating: str, **per_host: str) -> AsyncIterator[Through]:
    named = tuple((HostPattern.of(host.replace("_", ".")), url) for host, url in per_host.items())
    settings = FetchSettings(user_agent="x", timeout_seconds=5.0, tick_seconds=0.05, ca_file=server.ca_file)

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    def guard(ip: str, port: int, host: str) -> str | None:
        return "private" if host == "inside.test" else None

    async with Fetcher(settings, guard, resolve) as fetcher:
        yield Through(fetcher, ProxyPlan(named, rotating))


def reasons(responses: list[Response]) -> list[tuple[str, int]]:
    return [(response.reason, response.status) for response in responses]


@pytest.mark.parametrize("where", [Where.HTTP, Where.TLS])
async def test_a_request_goes_through_its_proxy(
    where: Where, server: HostileServer, proxy: SmallProxy
) -> None:
    proxy.password = "secret"  # noqa: S105 - opens nothing but this proxy
    async with through(server, proxy.url) as fetch:
        found = await fetch(f"{server.origin(where)}/a", f"{server.origin(where)}/b")
    assert reasons(found) == [("ok", 200)] * 2
    assert [asked.target for asked in server.asked] == ["/a", "/b"]
    assert set(proxy.passwords) == {"Basic bWU6c2VjcmV0"}
    assert "proxy-authorization" not in server.asked[0].headers
    assert not any("Proxy" in name or "bWU6" in value for page in found for name, value in page.sent)


@pytest.mark.parametrize("where", [Where.HTTP, Where.TLS])
async def test_a_dead_proxy_and_a_failing_one_cost_no_page(
    where: Where, server: HostileServer, proxy: SmallProxy, second: SmallProxy
) -> None:
    second.status = 502
    async with through(server, DEAD, second.url, proxy.url) as fetch:
        found = await fetch(*(f"{server.origin(where)}/{n}" for n in range(10)))
        host = server.origin(where).partition("://")[2]
        assert fetch.proxies.upstream_for(host) == proxy.url  # and there it stays
    assert reasons(found) == [("ok", 200)] * 10
    assert len(server.asked) == 10
    assert len(second.asked) <= 2


@pytest.mark.parametrize("where", [Where.HTTP, Where.TLS])
async def test_a_proxy_that_wants_another_password_is_left_alone(
    where: Where, server: HostileServer, proxy: SmallProxy, second: SmallProxy
) -> None:
    wrong = proxy.url
    proxy.password = "secret"  # noqa: S105 - opens nothing but this proxy
    async with through(server, wrong, second.url) as fetch:
        found = await fetch(*(f"{server.origin(where)}/{n}" for n in range(5)))
    assert reasons(found) == [("ok", 200)] * 5
    assert 1 <= len(proxy.asked) <= 2


async def test_a_host_that_fails_by_itself_blames_no_proxy(
    server: HostileServer, proxy: SmallProxy, second: SmallProxy
) -> None:
    refused = f"{server.origin(Where.TLS).partition(':')[0]}://127.0.0.1:{server.origin(Where.REFUSED).rpartition(':')[2]}/"
    async with through(server, proxy.url, second.url) as fetch:
        found = await fetch(*[refused] * 4, f"{server.origin()}/fine")
        assert fetch.proxies.upstream_for("a.test")
        assert fetch.proxies.upstream_for("b.test")
    assert {page.status for page in found[:-1]} == {0}
    assert "proxy_unavailable" not in {page.reason for page in found}
    assert reasons(found[-1:]) == [("ok", 200)]


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_an_error_of_the_host_stands(
    status: int, server: HostileServer, proxy: SmallProxy, second: SmallProxy
) -> None:
    proxy.status = second.status = status  # through either of them the host says so
    async with through(server, proxy.url, second.url) as fetch:
        found = await fetch(*(f"{server.origin()}/{n}" for n in range(4)))
    assert reasons(found) == [("ok", status)] * 4


async def test_an_error_page_that_names_a_proxy_is_the_proxys(
    server: HostileServer, proxy: SmallProxy
) -> None:
    proxy.status, proxy.headers = 503, "X-Squid-Error: ERR_DNS_FAIL 0\r\n"
    async with through(server, proxy.url) as fetch:
        found = await fetch(*(f"{server.origin()}/{n}" for n in range(4)))
    assert reasons(found) == [("proxy_unavailable", 0)] * 4
    assert len(proxy.asked) == 2


async def test_when_all_are_down_nothing_goes_out_directly(server: HostileServer) -> None:
    async with through(server, DEAD, "http://127.0.0.1:10") as fetch:
        found = await fetch(*(f"{server.origin()}/{n}" for n in range(5)))
    assert reasons(found) == [("proxy_unavailable", 0)] * 5
    assert server.asked == []


async def test_hosts_go_their_own_ways(server: HostileServer, proxy: SmallProxy, second: SmallProxy) -> None:
    port = server.origin().rpartition(":")[2]
    async with through(server, second.url, own_test=proxy.url, plain_test="direct", dead_test=DEAD) as fetch:
        found = await fetch(*(f"http://{host}.test:{port}/" for host in ("own", "plain", "dead", "other")))
    assert [page.reason for page in found] == ["ok", "ok", "proxy_unavailable", "ok"]
    assert [line.split(" ")[1] for line in proxy.asked] == [f"http://own.test:{port}/"]
    assert [line.split(" ")[1] for line in second.asked] == [f"http://other.test:{port}/"]
    assert [asked.headers["host"] for asked in server.asked] == [
        f"{host}.test:{port}" for host in ("own", "plain", "other")
    ]


async def test_targets_are_judged_and_proxies_are_not(server: HostileServer, proxy: SmallProxy) -> None:
    async with through(server, proxy.url) as fetch:
        (page,) = await fetch("http://inside.test/")
        assert fetch.proxies.upstream_for("a.test") == proxy.url
    assert page.reason == "egress"
    assert proxy.asked == []


async def test_a_body_goes_through_as_well(server: HostileServer, proxy: SmallProxy) -> None:
    errand = Errand("POST", b"a=1", (("Content-Length", "3"), ("Content-Type", "text/plain")))
    async with through(server, proxy.url) as fetch:
        (page,) = await fetch(f"{server.origin()}/form", errand=errand)
    assert page.reason == "ok"
    assert (server.asked[0].method, server.asked[0].headers["content-length"]) == ("POST", "3")
