"""Sessions on real sockets: who is logged in where, for how long, and what strangers are told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.host_pattern import HostPattern
from scraper.message import Request, Response
from scraper.session.fetcher import SessionFetcher
from scraper.session.plan import Check, ExpiredWhen, Login, SessionPlan
from scraper.session.session import Surroundings
from scraper.session.standing import Phase
from tests.scraper.session.login_site import LoginSite

SETTINGS = FetchSettings(
    user_agent="tandem-test/1", timeout_seconds=5.0, tick_seconds=0.05, keeps_cookies=True
)


@pytest.fixture
def site() -> Iterator[LoginSite]:
    with LoginSite() as served:
        yield served


@pytest.fixture
def other() -> Iterator[LoginSite]:
    with LoginSite(user="bert", password="other horse") as served:  # noqa: S106 - opens nothing but this site
        yield served


def plan(site: LoginSite, word: str = "", check: Check | None = None, **expired: object) -> SessionPlan:
    fields = (("user", site.user), ("word", word or site.password))
    rules = replace(ExpiredWhen(login_path="/login"), **expired)  # type: ignore[arg-type]
    login = Login(f"{site.origin}/login", fields, check=check)
    return SessionPlan((HostPattern.of(site.host),), is_plain_allowed=True, login=login, expired=rules)


class Told:
    """What a crawl would hear of its sessions."""

    def __init__(self, gap: float = 0.0) -> None:
        self.lines: list[str] = []
        self.held: list[tuple[str, float]] = []
        self.gap: Callable[[str], float] = lambda host: gap

    def hold(self, host: str, seconds: float) -> None:
        self.held.append((host, seconds))


@asynccontextmanager
async def sessions(*plans: SessionPlan, told: Told | None = None) -> AsyncIterator[SessionFetcher]:
    told = told or Told()
    async with Fetcher(SETTINGS, lambda ip, port, host: None) as fetcher:
        yield SessionFetcher(plans, Surroundings(fetcher, told.gap, told.hold, told.lines.append, 0.05))


async def got(fetcher: SessionFetcher, *urls: str) -> list[Response]:
    return [await fetcher.fetch(Request(url)) for url in urls]


def said(response: Response) -> tuple[str, int]:
    return response.reason, response.status


@pytest.mark.parametrize("multipart", [False, True])
async def test_pages_come_as_users_see_them(site: LoginSite, multipart: bool) -> None:
    site.multipart = multipart
    async with sessions(plan(site)) as fetcher:
        first, second = await got(fetcher, f"{site.origin}/0", f"{site.origin}/1")
    assert (said(first), said(second)) == (("ok", 200), ("ok", 200))
    assert b"Page 1" in second.body
    assert site.logins == 1
    assert [f"{came.method} {came.path}" for came in site.log] == [
        "GET /login",
        "POST /login",
        "GET /",
        "GET /0",
        "GET /1",
    ]
    assert ("Cookie", "redacted") in second.sent
    assert not any("sid=" in value for _, value in second.sent)


async def test_many_at_once_wait_for_one_login(site: LoginSite) -> None:
    async with sessions(plan(site)) as fetcher:
        pages = await asyncio.gather(*(got(fetcher, f"{site.origin}/{n}") for n in range(12)))
    assert {said(page) for (page,) in pages} == {("ok", 200)}
    assert site.logins == 1


@pytest.mark.parametrize("strangers_get", [302, 401, 403, 200])
@pytest.mark.parametrize("at_once", [1, 4])
async def test_a_session_that_expires_is_made_again(
    site: LoginSite, strangers_get: int, at_once: int
) -> None:
    site.strangers_get, site.lasts, site.pages = strangers_get, 5, 40
    rooms = asyncio.Semaphore(at_once)

    async def fetch(number: int) -> Response:
        async with rooms:
            return await fetcher.fetch(Request(f"{site.origin}/{number}"))

    async with sessions(plan(site, text="Please log in")) as fetcher:
        pages = await asyncio.gather(*(fetch(number) for number in range(40)))
    assert {said(page) for page in pages} == {("ok", 200)}
    assert all(f"Page {number}<".encode() in page.body for number, page in enumerate(pages))
    assert 40 / 5 <= site.logins <= 40


async def test_a_page_that_users_do_not_see_either_is_no_reason_to_log_in_again(site: LoginSite) -> None:
    urls = [f"{site.origin}/0", *[f"{site.origin}/admin"] * 10, f"{site.origin}/1"]
    async with sessions(plan(site)) as fetcher:
        first, *middle, last = await got(fetcher, *urls)
        assert (said(first), said(last)) == (("ok", 200), ("ok", 200))
        assert {said(page) for page in middle} == {("ok", 403)}
        assert site.logins == 2
        site.left.clear()  # now it does expire, and the witness says so
        assert said((await got(fetcher, f"{site.origin}/2"))[0]) == ("ok", 200)
        assert site.logins == 3


async def test_a_page_that_always_leads_to_the_login_is_named_and_not_stored(site: LoginSite) -> None:
    site.away = "/login"
    check = Check(url=f"{site.origin}/0")
    async with sessions(plan(site, check=check)) as fetcher:
        refused = await got(fetcher, *[f"{site.origin}/away"] * 5)
        (after,) = await got(fetcher, f"{site.origin}/1")
    assert {(page.reason, page.body) for page in refused} == {("session_refused", b"")}
    assert said(after) == ("ok", 200)
    assert site.logins == 2


@pytest.mark.parametrize("check", ["", "/0"])
async def test_a_form_with_some_of_the_fields_is_not_the_login_again(site: LoginSite, check: str) -> None:
    site.beside = "<form method=post><input name=user><button>Newsletter</button></form>"
    checked = Check(url=f"{site.origin}{check}") if check else None
    async with sessions(plan(site, check=checked)) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/0")
    assert said(page) == ("ok", 200)


async def test_a_page_that_redirects_strangers_to_the_form_proves_nothing_to_them(site: LoginSite) -> None:
    async with sessions(plan(site, word="wrong horse", check=Check(url=f"{site.origin}/0"))) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/1")
    assert said(page) == ("login_failed", 0)


async def test_the_page_that_proves_a_login_may_be_reached_by_a_redirect(site: LoginSite) -> None:
    site.away = "/0"
    check = Check(url=f"{site.origin}/away")
    async with sessions(plan(site, check=check)) as fetcher:
        pages = await got(fetcher, f"{site.origin}/0", *[f"{site.origin}/admin"] * 5)
    assert [page.status for page in pages] == [200, *[403] * 5]
    assert site.logins == 2


@pytest.mark.parametrize("check", [None, Check(text="Log out")])
async def test_a_wrong_password_is_tried_once_and_said_in_one_line(
    site: LoginSite, check: Check | None
) -> None:
    told = Told()
    async with sessions(plan(site, word="wrong horse", check=check), told=told) as fetcher:
        pages = await got(fetcher, *(f"{site.origin}/{n}" for n in range(5)))
    assert {said(page) for page in pages} == {("login_failed", 0)}
    assert [came.method for came in site.asked("/login")] == ["GET", "POST"]
    (line,) = told.lines
    assert line.startswith(f"login failed for {site.host}: the ")
    assert "horse" not in line


async def test_a_login_that_fails_leaves_other_hosts_alone(site: LoginSite, other: LoginSite) -> None:
    async with sessions(plan(site, word="wrong horse"), plan(other)) as fetcher:
        failed, fine = await got(fetcher, f"{site.origin}/0", f"{other.origin}/0")
    assert (said(failed), said(fine)) == (("login_failed", 0), ("ok", 200))


async def test_sessions_of_two_hosts_do_not_mix(site: LoginSite, other: LoginSite) -> None:
    async with sessions(plan(site), plan(other)) as fetcher:
        for page in await got(fetcher, f"{site.origin}/0", f"{other.origin}/0", f"{site.origin}/1"):
            assert said(page) == ("ok", 200)
        for one, two in ((site, other), (other, site)):
            (sid,) = one.left
            assert any(f"sid={sid}" in came.headers.get("cookie", "") for came in one.log)
            assert not any(sid in came.headers.get("cookie", "") + came.body for came in two.log)
            assert not any(one.user in came.body for came in two.log)


async def test_what_is_outside_of_the_session_is_told_nothing(site: LoginSite, other: LoginSite) -> None:
    declared = replace(plan(site), cookies=(("lang", "de"),), headers=(("X-Key", "k"),))
    async with sessions(declared) as fetcher:
        await got(fetcher, f"{site.origin}/0", f"{other.origin}/0")
    (asked,) = other.asked("/0")
    assert "cookie" not in asked.headers
    assert "x-key" not in asked.headers
    (asked,) = site.asked("/0")
    assert asked.headers["x-key"] == "k"
    assert "lang=de" in asked.headers["cookie"]


@pytest.mark.parametrize("where", ["logs_in_at", "leads_to"])
async def test_a_login_never_leaves_the_hosts_of_its_session(
    site: LoginSite, other: LoginSite, where: str
) -> None:
    setattr(site, where, f"{other.origin}/0" if where == "leads_to" else other.origin)
    told = Told()
    async with sessions(plan(site), told=told) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/0")
    assert page.reason == "login_failed"
    assert other.log == []
    assert f"{other.origin}, where the session does not hold" in told.lines[0]


async def test_secrets_do_not_go_over_plain_http_unless_the_job_says_so(site: LoginSite) -> None:
    declared = replace(plan(site), is_plain_allowed=False, headers=(("X-Key", "k"),))
    async with sessions(declared) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/0")
    assert page.status == 302
    assert [came.path for came in site.log] == ["/0"]
    assert "x-key" not in site.log[0].headers


async def test_basic_auth_goes_along_from_the_first_request(site: LoginSite) -> None:
    site.basic = True
    headers = (("Authorization", "Basic YW5uYTpyaWdodCBob3JzZQ=="),)
    declared = SessionPlan((HostPattern.of(site.host),), is_plain_allowed=True, headers=headers)
    async with sessions(declared) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/0")
    assert said(page) == ("ok", 200)
    assert len(site.log) == 1
    assert ("Authorization", "redacted") in page.sent
    assert fetcher.headers_for(f"{site.origin}/1") == headers
    assert fetcher.headers_for("http://127.0.0.1:1/1") == ()


async def test_a_declared_cookie_that_has_expired_is_named(site: LoginSite) -> None:
    rules = ExpiredWhen(frozenset(), login_path="/login")
    declared = SessionPlan((HostPattern.of(site.host),), True, (("sid", "old"),), expired=rules)
    async with sessions(declared) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/0")
    assert said(page) == ("session_expired", 302)


async def test_a_browser_is_given_the_cookies_of_the_session(site: LoginSite, other: LoginSite) -> None:
    async with sessions(plan(site)) as fetcher:
        assert await fetcher.enter(f"{site.origin}/0")
        assert await fetcher.enter(f"{other.origin}/0")
        cookies = fetcher.cookies_for(f"{site.origin}/0")
        assert fetcher.cookies_for(f"{other.origin}/0") == ()
    assert {(cookie.name, cookie.host) for cookie in cookies} == {("form", "127.0.0.1"), ("sid", "127.0.0.1")}


async def test_robots_txt_needs_no_login(site: LoginSite) -> None:
    async with sessions(plan(site, word="wrong horse")) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/robots.txt")
        assert page.status == 404
        assert fetcher.sessions[0].standing.phase is Phase.ANONYMOUS


async def test_a_login_keeps_the_pace_of_its_host(site: LoginSite) -> None:
    told = Told(gap=0.15)
    began = time.monotonic()
    async with sessions(plan(site), told=told) as fetcher:
        await got(fetcher, f"{site.origin}/robots.txt", f"{site.origin}/0")
        assert time.monotonic() - began >= 4 * 0.15  # robots.txt, form, answer, where it leads, page
    assert told.held == [(site.host, 0.15)] * 3


async def test_a_site_that_is_down_is_tried_again_before_its_pages_are_left_out(site: LoginSite) -> None:
    told, declared = Told(), plan(site)
    site.__exit__(None, None, None)
    async with sessions(declared, told=told) as fetcher:
        (page,) = await got(fetcher, f"{site.origin}/0")
    assert page.reason == "login_failed"
    assert told.lines == [f"login failed for {site.host}: the login page: connect refused"] * 3
    site.__enter__()


async def test_the_gap_of_a_host_runs_from_the_page_and_not_from_the_login(site: LoginSite) -> None:
    heard: list[int] = []
    site.lasts = 1
    async with sessions(plan(site)) as fetcher:
        await fetcher.fetch(Request(f"{site.origin}/0"), lambda: heard.append(len(site.log)))
        assert heard == [len(site.log)]
