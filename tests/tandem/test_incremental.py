"""A job that runs again over a site that changed: what is asked, what is stored, what is said of it."""

import base64
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from storage.page_lookup import StoredPage
from storage.store import Store
from tandem.__main__ import enter

from .changing_site import ChangingSite, Content, listing

OLD = Content(
    "<title>Café</title><a href='/behind'>é</a>".encode("windows-1252"),
    headers=(("Content-Type", "text/html; charset=windows-1252"),),
    etag='"old"',
)
STAYING = ("/same", "/tagged", "/dated", "/old")
FIRST = {
    "/": listing(
        "/same", "/tagged", "/dated", "/old", "/edited", "/vanishing", "/leaving", "/moving", "/closing"
    ),
    "/same": Content(b"<title>same</title>"),
    "/tagged": Content(b"<title>tagged</title>", etag='"1"'),
    "/dated": Content(b"<title>dated</title>", modified="Thu, 01 Oct 2026 00:00:00 GMT"),
    "/old": OLD,
    "/behind": Content(b"<title>behind</title><nav>no</nav><p>Read me."),
    "/edited": Content(b"<title>edited</title>one", etag='"e1"'),
    "/vanishing": Content(b"<title>vanishing</title>"),
    "/leaving": Content(b"<title>leaving</title>"),
    "/moving": Content(b"<title>moving</title>"),
    "/closing": Content(b"<title>closing</title>"),
}
SECOND = FIRST | {
    "/": listing(
        "/same", "/tagged", "/dated", "/old", "/edited", "/vanishing", "/moving", "/closing", "/fresh"
    ),
    "/edited": Content(b"<title>edited</title>two", etag='"e2"'),
    "/vanishing": Content(b"gone", 410),
    "/moving": Content(b"", 301, (("Location", "/same"),)),
    "/closing": Content(b"<meta name=robots content=noindex>"),
    "/fresh": Content(b"<title>fresh</title>"),
}
CHANGES = {
    "new": ["fresh"],
    "changed": ["", "edited"],
    "touched": [],
    "unchanged": ["behind", "dated", "old", "same", "tagged"],
    "moved": ["moving"],
    "gone": ["vanishing"],
    "unread": ["closing"],
    "unlinked": ["leaving"],
}


@dataclass(frozen=True)
class Runs:
    """Three runs: the site as it was, changed, and as it was then."""

    url: str
    workspace: Path
    asked: list[list[tuple[str, str, str]]] = field(default_factory=list)

    def page(self, path: str, number: int) -> StoredPage:
        with Store(self.workspace) as store:
            found = store.get_page(self.url + path, store.find_run(f"shop/{number}"))
        assert found is not None
        return found


def crawl(site: ChangingSite, workspace: Path, *more: str) -> int:
    changes = (
        "crawl.allow_private_hosts=[127.0.0.1]",
        "crawl.delay=0",
        "progress.broker=off",
        "name=shop",
        *more,
    )
    options = [part for change in changes for part in ("--set", change)]
    return enter(["run", site.url, "--workspace", str(workspace), "--no-analysis", *options])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    workspace = tmp_path_factory.mktemp("incremental") / "ws"
    with ChangingSite() as site:
        found = Runs(site.url, workspace)
        for pages in (FIRST, SECOND, SECOND):
            site.pages = dict(pages)
            site.asked.clear()
            assert crawl(site, workspace) == 0
            found.asked.append(list(site.asked))
        yield found


def status(runs: Runs, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert enter(["status", *arguments, "--workspace", str(runs.workspace)]) == 0
    return capsys.readouterr().out


def test_the_second_run_is_compared_with_the_first(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    changes = json.loads(status(runs, capsys, "shop/2", "--json"))["changes"]
    assert changes.pop("since").startswith("shop-1-")
    assert changes == {change: len(paths) for change, paths in CHANGES.items()}
    line = status(runs, capsys, "shop/2").splitlines()[-1]
    assert line == (
        "changes      1 new, 2 changed, 5 unchanged, 1 moved, 1 gone, 1 unread, 1 unlinked (since shop/1)"
    )


@pytest.mark.parametrize(("change", "paths"), CHANGES.items())
def test_the_pages_of_each_change_are_listed(
    change: str, paths: list[str], runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(runs, capsys, "shop/2", "--list", change).split() == [runs.url + path for path in paths]
    told = [
        json.loads(line) for line in status(runs, capsys, "shop/2", "--list", change, "--json").splitlines()
    ]
    assert told == [{"url": runs.url + path, "change": change} for path in paths]


def test_a_first_run_is_compared_with_nothing(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(status(runs, capsys, "shop/1", "--json"))["changes"] is None
    assert "changes" not in status(runs, capsys, "shop/1")


def test_a_site_that_stands_still_is_unchanged(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    changes = json.loads(status(runs, capsys, "shop/3", "--json"))["changes"]
    assert {change for change, count in changes.items() if change != "since" and count} == {"unchanged"}


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize(
    ("path", "tag", "since"),
    [
        ("/tagged", '"1"', ""),
        ("/dated", "", "Thu, 01 Oct 2026 00:00:00 GMT"),
        ("/old", '"old"', ""),
        ("/same", "", ""),
    ],
)
def test_later_runs_ask_with_what_is_known_even_when_304_repeated_nothing(
    path: str, tag: str, since: str, number: int, runs: Runs
) -> None:
    assert (path, tag, since) in runs.asked[number - 1]


@pytest.mark.parametrize("number", [2, 3])
def test_a_page_that_was_not_sent_again_is_read_as_it_was_first(number: int, runs: Runs) -> None:
    first, again = runs.page("old", 1), runs.page("old", number)
    assert (again.outcome, again.reason, again.status) == ("unchanged", "not_modified", 304)
    assert (first.title, first.charset) == ("Café", "windows-1252")
    read_again = (again.title, again.charset, again.content_type, again.digest, again.body)
    assert read_again == (first.title, first.charset, first.content_type, first.digest, first.body)


def test_the_same_bytes_are_stored_once(runs: Runs) -> None:
    assert runs.page("same", 2).reason == "identical"
    with Store(runs.workspace) as store, store.snapshot(store.runs()[1:]) as later:
        held = {row.url.removeprefix(runs.url) for run in later.runs for row in later.rows(run) if row.body}
    assert held == {"", "edited", "fresh"}


def test_get_finds_the_version_of_a_date(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    def body(*more: str) -> str:
        capsys.readouterr()
        code = enter(["get", f"{runs.url}edited", "--body", "--workspace", str(runs.workspace), *more])
        return capsys.readouterr().out if code == 0 else f"code {code}"

    with Store(runs.workspace) as store:
        first, second, _ = store.runs()
    assert body() == "<title>edited</title>two"
    assert body("--at", "2999-01-01") == "<title>edited</title>two"
    assert body("--run", "shop/1") == "<title>edited</title>one"
    assert body("--at", _iso(second.started_at)) == "<title>edited</title>one"
    assert body("--at", _iso(first.started_at)) == "code 2"
    assert body("--at", "soon") == "code 2"


def _iso(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).isoformat()


def test_a_run_that_a_limit_cut_says_nothing_of_pages_it_did_not_look_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ChangingSite(dict(FIRST)) as site:
        assert crawl(site, tmp_path / "ws") == 0
        assert crawl(site, tmp_path / "ws", "scope.max_pages=3") == 0
        changes = json.loads(status(Runs(site.url, tmp_path / "ws"), capsys, "--json"))["changes"]
    assert "unlinked" not in changes
    assert changes["unchanged"] == 3


def test_what_was_cut_is_no_copy_that_a_later_run_builds_on(tmp_path: Path) -> None:
    """A server may confirm by its tag what never came whole."""
    noise = base64.b64encode(random.Random(1).randbytes(1 << 16))
    whole = gzip.compress(b"<html><p>" + noise)
    damaged = whole[:40_000] + b"\xff" * 64 + whole[40_064:]
    coded = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    with ChangingSite({"/": Content(damaged, headers=coded, etag='"c"')}) as site:
        crawl(site, tmp_path / "ws", "crawl.retries=0")
        with Store(tmp_path / "ws") as store:
            page = store.get_page(site.url)
        assert page is not None
        assert (page.outcome, page.reason, bool(page.body)) == ("failed", "corrupt_encoding", True)
        site.pages["/"] = replace(FIRST["/same"], etag='"c"')
        assert crawl(site, tmp_path / "ws") == 0
        assert [tag for path, tag, _ in site.asked if path == "/"] == ["", ""]


def test_get_writes_the_text_of_a_page(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    options = ("get", f"{runs.url}behind", "--text", "--workspace", str(runs.workspace))
    assert enter(options) == 0
    assert capsys.readouterr().out == "Read me.\n"
    assert enter([*options, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["text"], told["outcome"], told["status"]) == ("Read me.", "unchanged", 200)
