"""Jobs that act on pages, whole runs through the command with a real Chromium."""

import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import storage
from tandem.__main__ import enter
from tandem.demo import second_hand
from tests.tandem.buried import hits, in_folder
from tests.tandem.changing_site import ChangingSite, Content

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]
EXAMPLE = Path(__file__).parents[2] / "examples" / "second-hand.yaml"
SECRET = "Wanderfalke-77"  # noqa: S105 - the word that is looked for
ECHO = b"""<h1>Sign up</h1><form action="/done"><input id="pass" name="pass"></form><p id="echo"></p><script>
document.getElementById("pass").oninput = (event) => {
  event.target.setAttribute("value", event.target.value); echo.textContent = event.target.value;
  fetch("/api/check?word=" + event.target.value);
};</script>"""


@pytest.fixture
def chromium(sandboxed_browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_BROWSER", str(sandboxed_browser))


@pytest.fixture
def shop() -> Iterator[str]:
    command = [sys.executable, "-m", "tandem.demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        told = re.search(r"http://\S+/", server.stdout.readline())
        assert told is not None
        yield told[0]
        server.terminate()


@pytest.fixture
def site() -> Iterator[ChangingSite]:
    with ChangingSite() as site:
        yield site


def rows(workspace: Path, sql: str) -> list[dict[str, Any]]:
    with storage.open(workspace) as store:
        return store.sql(sql)


def run(job: Path, workspace: Path, *changes: str) -> int:
    options = [part for change in (*changes, "progress.broker=off") for part in ("--set", change)]
    return enter(["run", str(job), "--workspace", str(workspace), "--no-analysis", *options])


def written(folder: Path, url: str, **parts: object) -> Path:
    """A job of one page."""
    job = {
        "name": "steps",
        "seeds": [url],
        "scope": {"within": "page"},
        "crawl": {"delay": 0, "sitemaps": False, "allow_private_hosts": ["127.0.0.1"]},
        **parts,
    }
    path = folder / "job.yaml"
    path.write_text(json.dumps(job))
    return path


def test_the_example_finds_what_comes_with_every_click(shop: str, tmp_path: Path) -> None:
    workspace, seeds = tmp_path / "ws", f"seeds={json.dumps([shop + 'second-hand'])}"
    assert run(EXAMPLE, workspace, seeds, "scope.max_pages=1") == 0
    things = rows(workspace, "SELECT title, condition, price::DOUBLE AS price FROM thing ORDER BY ordinal")
    assert [(one["title"], one["condition"], f"€{one['price']:,.2f}") for one in things] == [
        tuple(thing) for thing in second_hand.things()
    ]
    pages = rows(workspace, "SELECT url, reason, rendered, status FROM pages ORDER BY url")
    assert [(one["reason"], one["rendered"], one["status"]) for one in pages] == [
        ("ok", True, 200),
        *[("captured", False, 200)] * 5,
    ]
    assert pages[1]["url"] == f"{shop}second-hand/items?from=0"
    (picture,) = rows(workspace, "SELECT kind, path FROM files")
    width, height = struct.unpack(">II", (workspace / picture["path"]).read_bytes()[16:24])
    assert picture["kind"] == "full_page"
    assert (width, height > 2000) == (1280, True)


def test_answers_that_stayed_the_same_are_found_unchanged(shop: str, tmp_path: Path) -> None:
    workspace, seeds = tmp_path / "ws", f"seeds={json.dumps([shop + 'second-hand'])}"
    for _ in range(2):
        assert run(EXAMPLE, workspace, seeds, "pages[0].screenshots=none") == 0
    counted = "SELECT outcome, reason, count(*) AS pages FROM pages WHERE run LIKE '%-2-%'"
    ends = rows(workspace, f"{counted} GROUP BY ALL ORDER BY 1, 2")
    assert [tuple(one.values()) for one in ends] == [
        ("unchanged", "captured", 5),
        ("unchanged", "not_modified", 1),
    ]
    found = rows(workspace, "SELECT count(*) AS things FROM thing WHERE run LIKE '%-2-%'")
    assert found[0]["things"] == second_hand.COUNT


def test_a_step_that_fails_is_told_and_tried_again(
    site: ChangingSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["/"] = Content(b"<h1>A page</h1><p>of few words, and without a button.</p>")
    step = {"click": "#more", "timeout": 1}
    job = written(tmp_path, site.url, pages=[{"match": "*", "do": [step]}])
    assert run(job, tmp_path / "ws") == 6
    said = capsys.readouterr()
    assert "1 given up: 1 action failed" in said.out
    why = "step 1 (click #more): nothing on the page fits it within 1 s"
    assert f"{site.url}: {why}\n" in said.err
    told = rows(tmp_path / "ws", "SELECT outcome, detail FROM renderings")
    assert [tuple(one.values()) for one in told] == [("action_failed", why)]
    site.pages["/"] = Content(b"<h1>A page</h1><p>of few words</p><button id=more>and a button</button>")
    assert run(job, tmp_path / "ws") == 0
    (page,) = rows(tmp_path / "ws", "SELECT outcome, reason FROM pages")
    assert (page["outcome"], page["reason"]) == ("fetched", "ok")


def test_what_is_filled_in_from_the_environment_is_kept_nowhere(
    site: ChangingSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    data = (("Content-Type", "application/json"),)
    site.pages["/"] = Content(ECHO)
    site.pages[f"/api/check?word={SECRET}"] = Content(json.dumps({"word": SECRET}).encode(), headers=data)
    site.pages[f"/done?pass={SECRET}"] = Content(f"<h1>Welcome, {SECRET}</h1>".encode())
    steps: list[object] = [
        {"fill": {"into": "#pass", "text": {"env": "SHOP_PASSWORD"}}},
        {"press": "Enter"},
        {"wait_for": "h1"},
        {"click": "#none", "timeout": 1},
    ]
    entry = {"match": "*", "do": steps, "screenshots": ["viewport"], "capture_json": True}
    assert run(written(tmp_path, site.url, pages=[entry]), tmp_path / "ws") == 6
    asked = {path for path, _, _ in site.asked}
    assert {f"/api/check?word={SECRET}", f"/done?pass={SECRET}"} <= asked
    said = capfd.readouterr()
    pieces = {**in_folder(tmp_path / "ws"), "what was said": iter([said.out.encode(), said.err.encode()])}
    assert hits(pieces, [SECRET]) == []
    (shown,) = rows(tmp_path / "ws", "SELECT final_url FROM renderings")
    assert shown["final_url"].endswith("/done?pass=redacted")
