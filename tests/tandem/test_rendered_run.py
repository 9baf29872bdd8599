"""Whole runs over pages that scripts make, through the command and with a real Chromium."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import storage
from benchmarks import browser_mixed, mixed_site
from benchmarks.serving import serving
from tandem.__main__ import enter
from tests.tandem.changing_site import ChangingSite, Content

TANDEM = Path(sys.executable).parent / "tandem"
PAGES = 60
SCRIPT = """<html><head><title>%s</title></head><body><div id="root"></div><script>
fetch("/api%s").then((answer) => answer.json()).then((data) => { root.innerHTML = data.html; });
</script></body></html>"""


SHELL = SCRIPT.replace('"/api%s"', '"/api" + location.pathname') % "App"


def shell(path: str) -> Content:
    return Content((SCRIPT % ("App", path)).encode(), etag=f'"{path}"')


def api(text: str, links: str = "") -> Content:
    words = f"<h1>{text}</h1><p>{text} is described here at some length, as nobody else would do it.</p>" * 3
    return Content(
        json.dumps({"html": words + links}).encode(), headers=(("Content-Type", "application/json"),)
    )


SITE = {
    "/": shell("/"),
    "/one": shell("/one"),
    "/two": shell("/two"),
    "/api/": api("Start", '<a href="/one">one</a> <a href="/two">two</a>'),
    "/api/one": api("First"),
    "/api/two": api("Second"),
}


def run(url: str, workspace: Path, changes: Sequence[str] = ()) -> int:
    whole = (
        "crawl.allow_private_hosts=[127.0.0.1]",
        "crawl.delay=0",
        "crawl.sitemaps=false",
        "progress.broker=off",
        "name=shown",
        *changes,
    )
    options = [part for change in whole for part in ("--set", change)]
    return enter(["run", url, "--workspace", str(workspace), "--no-analysis", *options])


def rows(workspace: Path, sql: str) -> list[dict[str, Any]]:
    with storage.open(workspace) as store:
        return store.sql(sql)


@pytest.fixture
def chromium(sandboxed_browser: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TANDEM_BROWSER", str(sandboxed_browser))
    return sandboxed_browser


@pytest.fixture
def site() -> Iterator[ChangingSite]:
    with ChangingSite(dict(SITE)) as site:
        yield site


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_mixed_shop_gives_all_its_facts_for_few_renderings(tmp_path: Path) -> None:
    with serving("benchmarks.mixed_site", "--pages", str(PAGES)) as url:
        job = browser_mixed.job(url, "auto", PAGES) | {"browser": {}}
        path = tmp_path / "job.yaml"
        path.write_text(json.dumps(job))
        assert enter(["run", str(path), "--workspace", str(tmp_path / "ws"), "--no-analysis"]) == 0
    found = {
        int(row["url"].rpartition("/")[2]): json.loads(row["data"])
        for row in rows(tmp_path / "ws", "SELECT url, data::VARCHAR AS data FROM records")
    }
    assert found == {number: mixed_site.truth(number) for number in range(mixed_site.Plan(PAGES).items)}
    whys = {
        row["why"]: row["pages"]
        for row in rows(tmp_path / "ws", "SELECT why, count(*) AS pages FROM renderings GROUP BY 1")
    }
    made = mixed_site.Plan(PAGES).made_by_scripts
    assert set(whys) <= {"trial", "learned", "check"}
    assert made <= sum(whys.values()) <= made + 12


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_identical_shells_are_looked_into_when_a_job_runs_again(site: ChangingSite, tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    assert run(site.url, workspace) == 0
    assert run(site.url, workspace) == 0
    site.pages["/api/two"] = api("Another")
    assert run(site.url, workspace) == 0
    told = rows(workspace, "SELECT run, url, outcome, reason, text FROM pages ORDER BY run, url")
    assert len(told) == 9
    ends = [(row["outcome"], row["reason"]) for row in told]
    whys = rows(workspace, "SELECT run, why FROM renderings ORDER BY run, url")
    assert [row["why"] for row in whys][3:] == ["learned"] * 6  # trials were made by the first run
    assert ends[:3] == [("fetched", "ok")] * 3
    assert ends[3:6] == [("unchanged", "not_modified")] * 3
    assert ends[6:] == [("unchanged", "not_modified")] * 2 + [("fetched", "ok")]
    assert [row["text"].split()[0] for row in told] == ["Start", "First", "Second"] * 2 + [
        "Start",
        "First",
        "Another",
    ]


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_pages_of_one_shell_have_their_own_words_and_one_that_goes_elsewhere_is_a_redirect(
    site: ChangingSite, tmp_path: Path
) -> None:
    same = Content(SHELL.encode())
    went = Content(b"<html><body><div id=root></div><script>location.href = '/one'</script></body></html>")
    links = "".join(f'<a href="/{name}">{name}</a> ' for name in ("old", "one", "two"))
    site.pages |= {"/": same, "/one": same, "/two": same, "/old": went, "/api/": api("Start", links)}
    workspace = tmp_path / "ws"
    assert run(site.url, workspace, ["browser.keep_dom=false"]) == 0
    told = {
        row["url"].rpartition("/")[2]: row
        for row in rows(workspace, "SELECT url, reason, text, dom, digest FROM pages")
    }
    assert {name: row["reason"] for name, row in told.items()} == {
        "": "ok",
        "one": "ok",
        "two": "ok",
        "old": "redirected",
    }
    assert [told[name]["text"].split()[0] for name in ("", "one", "two")] == ["Start", "First", "Second"]
    assert {told[name]["dom"] for name in ("", "one", "two")} == {None}
    assert told["one"]["digest"] == told["two"]["digest"]


@pytest.mark.browser
def test_a_copy_that_stands_keeps_what_the_browser_saw_when_there_is_none_any_more(
    site: ChangingSite, tmp_path: Path, chromium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chromium
    workspace = tmp_path / "ws"
    assert run(site.url, workspace) == 0
    monkeypatch.setenv("TANDEM_BROWSER", "/no/such/browser")
    assert run(site.url, workspace) == 0
    told = rows(workspace, "SELECT url, outcome, text FROM pages ORDER BY run, url")
    assert [row["outcome"] for row in told] == ["fetched"] * 3 + ["unchanged"] * 3
    assert [row["text"].split()[0] for row in told] == ["Start", "First", "Second"] * 2


def test_without_a_browser_one_line_says_what_is_missing_and_every_page_is_kept(
    site: ChangingSite, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_BROWSER", "/no/such/browser")
    site.pages["/"] = Content((SCRIPT % ("App", "/") + '<a href="/one">one</a>').encode())
    assert run(site.url, tmp_path / "ws") == 0
    said = capsys.readouterr()
    (line,) = [line for line in said.err.splitlines() if "pages that need a browser" in line]
    assert "/no/such/browser" in line
    assert "TANDEM_BROWSER" in line
    assert "2 fetched (not_rendered)" in said.out
    assert "2 pages say little without a browser" in said.out


def test_a_job_that_demands_a_browser_is_incomplete_without_one(
    site: ChangingSite, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_BROWSER", "/no/such/browser")
    assert run(site.url, tmp_path / "ws", ["crawl.render=always"]) == 6
    assert "1 not rendered" in capsys.readouterr().out


def test_a_job_that_never_renders_loads_nothing_for_it(site: ChangingSite, tmp_path: Path) -> None:
    program = (
        "import sys; from tandem.__main__ import enter; code = enter(sys.argv[1:]);"
        "names = sorted(name for name in sys.modules if name.startswith(('playwright', 'scraper.render.')));"
        "print(code, names)"
    )
    sets = ("crawl.allow_private_hosts=[127.0.0.1]", "crawl.render=never", "progress.broker=off")
    options = [part for change in sets for part in ("--set", change)]
    command = [sys.executable, "-c", program, "run", site.url, "--workspace", str(tmp_path / "ws")]
    done = subprocess.run([*command, "--no-analysis", *options], capture_output=True, text=True, check=True)
    code, _, names = done.stdout.splitlines()[-1].partition(" ")
    assert code == "0"
    assert set(json.loads(names.replace("'", '"'))) <= {
        "scraper.render.shown",
        "scraper.render.words",
        "scraper.render.evidence",
    }


@pytest.mark.browser
def test_ctrl_c_ends_what_is_shown_within_ten_seconds(
    site: ChangingSite, tmp_path: Path, chromium: Path
) -> None:
    endless = "<html><body><div id=root></div><script>while (true) {}</script></body></html>"
    site.pages["/"] = Content(endless.encode())
    sets = ("crawl.allow_private_hosts=[127.0.0.1]", "crawl.render=always", "progress.broker=off")
    options = [part for change in sets for part in ("--set", change)]
    command = [str(TANDEM), "run", site.url, "--workspace", str(tmp_path / "ws"), "--no-analysis", *options]
    environment = os.environ | {"TANDEM_BROWSER": str(chromium)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        notes = tmp_path / "ws" / "browsers"
        deadline = time.monotonic() + 60
        while not any(notes.glob("*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert any(notes.glob("*.json"))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 11
        assert time.monotonic() - began < 11
    assert not any(notes.glob("*.json"))
