"""One HTTP request: what is sent, what is read, and who is not talked to."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence

import pytest

from scraper.exchange import LONGEST_WAIT_SECONDS, seconds_to_wait
from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.message import Request
from scraper.sniff import Family
from storage.words import Validators
from tests.hostile.registry import HAZARDS
from tests.hostile.server import HostileServer

SETTINGS = FetchSettings(user_agent="tandem-test/1", timeout_seconds=5.0, tick_seconds=0.05)


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer() as hostile:
        yield hostile


def allow(ip: str, port: int, host: str) -> str | None:
    return None


def names(**addresses: list[str]):  # type: ignore[no-untyped-def]
    """A resolver that knows these hosts, dots written as underscores."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        try:
            return addresses[host.replace(".", "_")]
        except KeyError:
            raise socket.gaierror(socket.EAI_NONAME, "unknown") from None

    return resolve


def port_of(server: HostileServer) -> str:
    return server.origin().rpartition(":")[2]


async def test_the_url_goes_over_the_wire_as_it_is_written(server: HostileServer) -> None:
    target = "/a%2fb/%7Euser/%e9/x;y=1/?q=a+b&&c=%zz&d='\"|"
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(server.origin() + target))
    assert response.reason == "ok"
    assert server.asked[0].target == target


async def test_a_request_says_who_asks_and_what_it_can_read(server: HostileServer) -> None:
    request = Request(server.origin() + "/", headers=(("X-One", "1"),))
    async with Fetcher(SETTINGS, allow) as fetcher:
        await fetcher.fetch(request)
    sent = server.asked[0].headers
    assert sent["user-agent"] == "tandem-test/1"
    assert sent["accept-encoding"] == "gzip, deflate, br, zstd"
    assert sent["x-one"] == "1"
    assert "cookie" not in sent


async def test_an_earlier_copy_makes_the_request_conditional(server: HostileServer) -> None:
    earlier = Validators(visit=1, digest=b"", etag='"x"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    url = server.url(HAZARDS["unasked-not-modified"])
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(url, earlier=earlier))
    assert (response.reason, response.status) == ("ok", 304)
    assert server.asked[0].headers["if-none-match"] == '"x"'
    assert server.asked[0].headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"


async def test_the_caller_hears_of_headers_before_the_body_ends(server: HostileServer) -> None:
    heard = asyncio.Event()
    url = server.url(HAZARDS["hang-after-headers"])
    async with Fetcher(SETTINGS, allow) as fetcher:
        talk = asyncio.create_task(fetcher.fetch(Request(url), heard.set))
        await asyncio.wait_for(heard.wait(), 3)
        assert not talk.done()
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk


async def test_a_page_has_its_measures(server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(server.origin() + "/"))
    assert response.media_type == "text/html"
    assert response.wire_bytes == len(response.body) > 100
    assert 0 < response.first_byte_seconds <= response.seconds
    assert dict(response.headers)["Content-Length"] == str(response.wire_bytes)


async def test_connections_are_kept(server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        for _ in range(3):
            await fetcher.fetch(Request(server.origin() + "/"))
    assert [asked.turn for asked in server.asked] == [0, 1, 2]


async def test_a_kept_connection_closed_under_a_request_is_replaced_once(server: HostileServer) -> None:
    url = server.url(HAZARDS["closed-under-second-request"])
    async with Fetcher(SETTINGS, allow) as fetcher:
        reasons = [(await fetcher.fetch(Request(url))).reason for _ in range(3)]
    assert reasons == ["ok", "ok", "ok"]
    assert [asked.turn for asked in server.asked] == [0, 1, 0, 1, 0]


@pytest.mark.parametrize("name", ["reset-before-answer", "closed-without-answer"])
async def test_a_server_that_hangs_up_at_once_is_asked_once(name: str, server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        await fetcher.fetch(Request(server.url(HAZARDS[name])))
    assert len(server.asked) == 1


async def test_a_body_may_be_as_long_as_the_cap_and_is_cut_there(server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        whole = await fetcher.fetch(Request(server.origin() + "/"))
        size = len(whole.body)
        fits = await fetcher.fetch(Request(server.origin() + "/", max_bytes=size))
        cut = await fetcher.fetch(Request(server.origin() + "/", max_bytes=size - 1))
    assert (fits.reason, fits.truncated, fits.body) == ("ok", False, whole.body)
    assert (cut.reason, cut.truncated, cut.body) == ("too_large", True, whole.body[:-1])


async def test_a_reader_may_want_what_pages_are_not(server: HostileServer) -> None:
    url = server.url(HAZARDS["zip-as-html"])
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(url, accept=frozenset({Family.ARCHIVE})))
    assert (response.reason, response.media_type) == ("ok", "application/zip")


async def test_a_redirect_is_reported_and_not_followed(server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(server.url(HAZARDS["redirect-to-metadata"])))
    assert (response.reason, response.status) == ("ok", 302)
    assert response.location == "http://169.254.169.254/latest/meta-data/"
    assert len(server.asked) == 1


async def test_headers_come_as_text_that_can_be_stored(server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(server.url(HAZARDS["header-not-ascii"])))
        moved = await fetcher.fetch(Request(server.url(HAZARDS["redirect-not-ascii"])))
    assert dict(response.headers)["X-Name"] == "café ÿ"
    assert moved.location == "/café"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url",
        "http://",
        "ftp://127.0.0.1/",
        "http://h:99999/",
        "http://[::1/",
        "file:///etc/passwd",
        "https://.shop.test/",
        "https://shop..test/",
        f"https://{'a' * 64}.test/",
    ],
)
async def test_what_is_no_http_url_is_a_value_too(url: str) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        assert (await fetcher.fetch(Request(url))).reason == "bad_url"


async def test_an_unknown_host_is_a_value_too() -> None:
    async with Fetcher(SETTINGS, allow, names()) as fetcher:
        assert (await fetcher.fetch(Request("http://nowhere.example/"))).reason == "dns"


# --- the guard


class Guarding:
    """Refuses some addresses and remembers what it was asked."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused
        self.asked: list[tuple[str, int, str]] = []

    def __call__(self, ip: str, port: int, host: str) -> str | None:
        self.asked.append((ip, port, host))
        return "private" if ip in self.refused else None


@pytest.mark.parametrize("host", ["127.0.0.1", "shop.test", "both.test"])
async def test_no_socket_is_made_for_an_address_that_is_refused(host: str, server: HostileServer) -> None:
    guard = Guarding("127.0.0.1", "127.0.0.2")
    resolve = names(shop_test=["127.0.0.1"], both_test=["127.0.0.1", "127.0.0.2"])
    async with Fetcher(SETTINGS, guard, resolve) as fetcher:
        response = await fetcher.fetch(Request(f"http://{host}:{port_of(server)}/"))
    assert response.reason == "egress"
    assert server.asked == []
    assert {asked_for for _, _, asked_for in guard.asked} == {host}


async def test_an_allowed_address_beside_a_refused_one_is_used(server: HostileServer) -> None:
    guard = Guarding("127.0.0.2")
    async with Fetcher(SETTINGS, guard, names(both_test=["127.0.0.2", "127.0.0.1"])) as fetcher:
        response = await fetcher.fetch(Request(f"http://both.test:{port_of(server)}/"))
    assert response.reason == "ok"
    assert guard.asked[0] == ("127.0.0.2", int(port_of(server)), "both.test")


async def test_the_guard_hears_each_requests_own_host(server: HostileServer) -> None:
    guard = Guarding()
    hosts = {f"h{n}_test": ["127.0.0.1"] for n in range(20)}
    async with Fetcher(SETTINGS, guard, names(**hosts)) as fetcher:
        urls = [f"http://h{n}.test:{port_of(server)}/" for n in range(20)]
        await asyncio.gather(*(fetcher.fetch(Request(url)) for url in urls))
    assert sorted(host for _, _, host in guard.asked) == sorted(f"h{n}.test" for n in range(20))


async def test_a_proxy_is_exempt_and_its_target_is_judged(server: HostileServer) -> None:
    settings = FetchSettings(user_agent="x", proxy=server.origin())
    guard = Guarding("127.0.0.1", "10.0.0.1")
    async with Fetcher(settings, guard, names(far_test=["203.0.113.9"], near_test=["10.0.0.1"])) as fetcher:
        far = await fetcher.fetch(Request("http://far.test/page"))
        near = await fetcher.fetch(Request("http://near.test/page"))
        literal = await fetcher.fetch(Request("http://127.0.0.1:9/page"))
    assert (far.reason, near.reason, literal.reason) == ("ok", "egress", "egress")
    assert [asked.target for asked in server.asked] == ["http://far.test/page"]


async def test_proxies_of_the_environment_are_ignored(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with Fetcher(SETTINGS, allow) as fetcher:
        assert (await fetcher.fetch(Request(server.origin() + "/"))).reason == "ok"


# --- secrets


async def test_private_headers_go_to_their_origin_alone(server: HostileServer) -> None:
    own = f"http://own.test:{port_of(server)}"
    settings = FetchSettings(user_agent="x", private_headers={own: (("Authorization", "secret"),)})
    resolve = names(own_test=["127.0.0.1"], other_test=["127.0.0.1"])
    async with Fetcher(settings, allow, resolve) as fetcher:
        await fetcher.fetch(Request(f"{own}/"))
        await fetcher.fetch(Request(f"http://other.test:{port_of(server)}/"))
    assert [asked.headers.get("authorization") for asked in server.asked] == ["secret", None]


@pytest.mark.parametrize(("keeps_cookies", "expected"), [(False, [None] * 3), (True, ["a=1", None, None])])
async def test_cookies_go_back_to_the_very_host_that_set_them(
    keeps_cookies: bool, expected: list[str | None], server: HostileServer
) -> None:
    settings = FetchSettings(user_agent="x", keeps_cookies=keeps_cookies)
    hosts = ["shop.test", "www.shop.test", "other.test"]
    addresses = {host.replace(".", "_"): ["127.0.0.1"] for host in hosts}
    async with Fetcher(settings, allow, names(**addresses)) as fetcher:
        origin = f"http://shop.test:{port_of(server)}"
        first = await fetcher.fetch(Request(origin + HAZARDS["cookie-for-all-subdomains"].path))
        for host in hosts:
            await fetcher.fetch(Request(f"http://{host}:{port_of(server)}/"))
    assert [asked.headers.get("cookie") for asked in server.asked[1:]] == expected
    assert dict(first.headers)["Set-Cookie"] == "redacted"


# --- waiting


async def test_an_outer_cancel_is_nobody_elses(server: HostileServer) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await fetcher.fetch(Request(server.url(HAZARDS["hang-before-answer"])))


async def test_a_request_may_have_a_deadline_of_its_own(server: HostileServer) -> None:
    request = Request(server.url(HAZARDS["hang-before-answer"]), timeout_seconds=0.2)
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(request)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        after = await fetcher.fetch(Request(server.origin() + "/"))
    assert (response.reason, after.reason) == ("timeout", "ok")


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("wait-in-seconds", 2, 2),
        ("wait-until-date", 86_400, LONGEST_WAIT_SECONDS),
        ("wait-absurdly", LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS),
        ("wait-negatively", 0, 0),
    ],
)
async def test_a_server_may_say_how_long_to_wait(
    name: str, least: float, most: float, server: HostileServer
) -> None:
    async with Fetcher(SETTINGS, allow) as fetcher:
        response = await fetcher.fetch(Request(server.url(HAZARDS[name])))
    assert response.retry_after is not None
    assert least <= response.retry_after <= most


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-1", 0.0),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0),
        ("1e999", LONGEST_WAIT_SECONDS),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("1 2", None),
    ],
)
def test_a_wait_is_never_negative_and_never_endless(value: str, expected: float | None) -> None:
    assert seconds_to_wait(value) == expected
