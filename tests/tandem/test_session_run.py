"""`tandem run` with sessions and proxies, as a person meets it: exit codes, rows, lines, kills."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import storage
from storage.store import Store
from tests.scraper.session.login_site import LoginSite
from tests.tandem.buried import hits, in_folder

TANDEM = Path(sys.executable).parent / "tandem"
SECONDS = 90  # a command that takes longer hangs
WORD = "right horse"


@pytest.fixture
def site() -> Iterator[LoginSite]:
    with LoginSite() as served:
        yield served


@pytest.fixture
def other() -> Iterator[LoginSite]:
    with LoginSite(user="bert", password="other horse") as served:  # noqa: S106 - opens nothing but this site
        yield served


class Bench:
    """One job and one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "work"
        self.job = folder / "job.yaml"

    def write(self, *sites: LoginSite, sessions: list[dict[str, Any]] | None = None, **crawl: Any) -> None:
        """A job that crawls these sites, logged in."""
        settings = {"delay": 0, "retries": 0, "sitemaps": False, "allow_private_hosts": ["127.0.0.1"]} | crawl
        job = {
            "name": "users",
            "seeds": [f"{site.origin}/" for site in sites],
            "crawl": settings,
            "sessions": [login(site) for site in sites] if sessions is None else sessions,
            "progress": {"broker": "off"},
        }
        self.job.write_text(json.dumps(job))

    def command(self) -> list[str]:
        """Its arguments."""
        return [str(TANDEM), "run", str(self.job), "--no-analysis", "--workspace", str(self.workspace)]

    def run(self, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs it to its end."""
        environment = {"WORD": WORD, "OTHER_WORD": "other horse"} | variables
        return subprocess.run(
            self.command(),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env=os.environ | environment,
        )

    def rows(self) -> dict[str, str]:
        """What became of each URL of the newest run."""
        with Store(self.workspace) as store:
            run = store.runs()[-1]
            return {page.url: f"{page.outcome}:{page.reason}" for page in store.pages(run)}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def login(site: LoginSite) -> dict[str, Any]:
    variable = "WORD" if site.user == "anna" else "OTHER_WORD"
    fields = {"user": site.user, "word": {"env": variable}}
    return {"hosts": [site.host], "login": {"url": f"{site.origin}/login", "fields": fields}}


def whole(site: LoginSite) -> dict[str, str]:
    """Every page of a site, and the links that are not followed."""
    pages = [f"{site.origin}/", *(f"{site.origin}/{number}" for number in range(site.pages))]
    refused = [f"{site.origin}/{path}" for path in ("login", "logout", "user/logout")]
    return dict.fromkeys(pages, "fetched:ok") | dict.fromkeys(refused, "refused:trap_session")


def test_two_sites_are_crawled_by_their_users_however_often_they_log_them_out(
    bench: Bench, site: LoginSite, other: LoginSite
) -> None:
    site.lasts, other.lasts, other.strangers_get = 5, 3, 401
    bench.write(site, other)
    done = bench.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert bench.rows() == whole(site) | whole(other)
    assert "pages        26, " in done.stdout  # neither the logins nor where they lead are pages
    assert (site.logouts, other.logouts) == (0, 0)
    assert site.logins >= 3
    assert other.logins >= 5


def test_a_wrong_password_is_one_line_and_costs_only_its_own_host(
    bench: Bench, site: LoginSite, other: LoginSite
) -> None:
    bench.write(site, other)
    done = bench.run(WORD="wrong horse")
    assert done.returncode == 6, done.stdout + done.stderr
    said = f"login failed for {site.host}: the form came back, as it does for a wrong password"
    assert done.stderr.count(said) == 1
    assert "1 given up: 1 login failed" in done.stdout
    assert bench.rows() == {f"{site.origin}/": "failed:login_failed"} | whole(other)
    assert bench.run().returncode == 0
    assert bench.rows() == whole(site) | whole(other)
    assert len(site.asked("/login")) == 4  # twice in the first run, twice in the second


def test_when_no_login_works_nothing_is_fetched(bench: Bench, site: LoginSite) -> None:
    bench.write(site)
    done = bench.run(WORD="wrong horse")
    assert done.returncode == 5, done.stdout + done.stderr
    assert "nothing could be fetched: 1 login failed" in done.stdout


def test_a_variable_that_is_not_set_is_said_before_anything_is_fetched(bench: Bench, site: LoginSite) -> None:
    bench.write(site)
    done = bench.run(WORD="")
    assert done.returncode == 2
    assert done.stderr == "tandem: the environment variable WORD is not set; the job names it\n"
    assert site.log == []


def test_a_killed_run_logs_in_again_and_ends_whole(bench: Bench, site: LoginSite) -> None:
    site.pages = 40
    bench.write(site, delay=0.05)
    process = subprocess.Popen(
        bench.command(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"WORD": WORD},
        start_new_session=True,
    )
    until = time.monotonic() + SECONDS
    while len(site.log) < 15:
        assert time.monotonic() < until, "too few requests came"
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert site.logins == 1
    site.left.clear()  # the site has forgotten the session as well
    done = bench.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert bench.rows() == whole(site)
    assert site.logins == 2
    asked = Counter(came.path for came in site.log if came.path.removeprefix("/").isdecimal())
    assert set(asked) == {f"/{number}" for number in range(40)}


def test_no_gap_is_shorter_for_the_sake_of_a_login(bench: Bench, site: LoginSite) -> None:
    site.pages, site.lasts = 6, 3
    bench.write(site, delay=0.3)
    done = bench.run()
    assert done.returncode == 0, done.stdout + done.stderr
    gaps = [after - before for before, after in zip(site.times, site.times[1:], strict=False)]
    assert min(gaps) >= 0.3 * 0.9


def test_a_redirect_to_another_host_takes_no_secret_along(
    bench: Bench, site: LoginSite, other: LoginSite
) -> None:
    site.away, other.basic = f"{other.origin}/0", True
    sessions = [login(site) | {"cookies": {"own": {"env": "WORD"}}, "headers": {"X-Key": {"env": "WORD"}}}]
    bench.write(site, sessions=sessions)
    job = json.loads(bench.job.read_text())
    bench.job.write_text(json.dumps(job | {"seeds": [f"{site.origin}/away"], "scope": {"within": "any"}}))
    done = bench.run(WORD=WORD)
    assert bench.rows()[f"{other.origin}/0"] == "failed:http_401", done.stdout + done.stderr
    assert site.logins == 1
    assert [came.path for came in other.log] == ["/robots.txt", "/0"]
    for came in other.log:
        assert not {"cookie", "x-key", "authorization"} & came.headers.keys()
        assert "horse" not in str(came)


@pytest.mark.parametrize("others", [0, 1])
def test_hosts_whose_proxies_are_down_are_left_out_by_name(
    bench: Bench, site: LoginSite, other: LoginSite, others: int
) -> None:
    proxies = {"per_host": {site.host: "http://127.0.0.1:9"}}
    bench.write(*(site, other)[: others + 1], proxies=proxies)
    done = bench.run()
    assert done.returncode == (6 if others else 5), done.stdout + done.stderr
    assert "1 proxy unavailable" in done.stdout
    assert bench.rows() == {f"{site.origin}/": "failed:proxy_unavailable"} | (whole(other) if others else {})
    assert site.log == []


SHOWN = """<div id=here></div><script>
fetch("/1").then((answer) => answer.text()).then((text) => { here.innerHTML = text; });
</script><img src=/logout>"""


@pytest.mark.browser
def test_pages_in_a_browser_are_shown_as_users_see_them(
    bench: Bench, site: LoginSite, sandboxed_browser: Path
) -> None:
    site.pages, site.further = 2, {"/shown": SHOWN}
    sessions = [login(site) | {"headers": {"X-Own": {"env": "OTHER_WORD"}}}]
    bench.write(site, sessions=sessions, render="always")
    done = bench.run(TANDEM_BROWSER=str(sandboxed_browser), OTHER_WORD="canary-61c0de")
    assert done.returncode == 0, done.stdout + done.stderr
    with storage.open(bench.workspace) as store:
        (page,) = store.sql("SELECT text FROM pages WHERE url LIKE '%/shown'")
    assert "only users of the site may read" in page["text"]
    assert (site.logins, site.logouts) == (1, 0)
    by_script = site.asked("/1")
    assert len(by_script) >= 2  # plain HTTP, and the script
    assert all("sid=" in came.headers["cookie"] for came in by_script)
    assert all(came.headers["x-own"] == "canary-61c0de" for came in by_script)
    left = {"what was said": [done.stdout.encode(), done.stderr.encode()], **in_folder(bench.workspace)}
    assert hits(left, ["canary-61c0de", *site.issued]) == []
