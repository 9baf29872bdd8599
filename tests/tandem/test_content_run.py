"""What pages say, run after run: read once, compared with each other and with the run before."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.store import Store
from tandem.__main__ import enter

from .changing_site import ChangingSite, Content, listing


def _story(subject: str, note: str = "") -> Content:
    words = "".join(
        f"<p>{subject.capitalize()} number {n} was seen by {who} in the {where}, and nobody asked why.</p>"
        for n, (who, where) in enumerate(
            (who, where)
            for who in ("Ann", "Ben", "Cleo", "Dan")
            for where in ("valley", "harbour", "orchard")
        )
    )
    html = f"<html lang=en><title>The {subject}</title><body>{note}<main><h1>The {subject}</h1>{words}</main>"
    return Content(html.encode())


FIRST = {
    "/": listing("/first", "/twin", "/copy", "/other", "/moody", "/plain"),
    "/first": _story("heron"),
    "/twin": _story("heron", "<!-- served by node 2 -->"),
    "/copy": _story("heron"),
    "/other": _story("otter"),
    "/moody": _story("falcon", "<!-- 1 -->"),
    "/plain": Content(b"just words", headers=(("Content-Type", "text/plain"),)),
}
SECOND = FIRST | {"/moody": _story("falcon", "<!-- 2 -->"), "/other": _story("badger")}


@dataclass(frozen=True)
class Runs:
    """Two runs over one site, the second after it changed."""

    url: str
    workspace: Path

    def rows(self, number: int) -> dict[str, dict[str, object]]:
        """The pages of a run by path."""
        query = "SELECT url, run, page_type, title, language, text, digest, duplicate_of FROM pages"
        with Store(self.workspace) as store, store.query(query) as answer:
            rows = [row for batch in answer for row in batch.to_pylist()]
        return {
            str(row["url"]).replace(self.url, "/"): row
            for row in rows
            if str(row["run"]).startswith(f"stories-{number}-")
        }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    workspace = tmp_path_factory.mktemp("content") / "ws"
    options = [
        *("--workspace", str(workspace), "--no-analysis", "--set", "name=stories"),
        *("--set", "crawl.allow_private_hosts=[127.0.0.1]", "--set", "progress.broker=off"),
        *("--set", "crawl.delay=0", "--set", "crawl.per_host=1"),
    ]
    with ChangingSite() as site:
        for pages in (FIRST, SECOND):
            site.pages = dict(pages)
            assert enter(["run", site.url, *options]) == 0
        yield Runs(site.url, workspace)


def test_pages_show_what_they_say(runs: Runs) -> None:
    rows = runs.rows(1)
    assert "Heron number 11 was seen by Dan in the orchard" in str(rows["/first"]["text"])
    assert (rows["/first"]["title"], rows["/first"]["language"]) == ("The heron", "en")
    assert rows["/first"]["page_type"]
    assert rows["/plain"]["text"] == "just words"


@pytest.mark.parametrize("number", [1, 2])
def test_a_page_that_repeats_another_names_it(runs: Runs, number: int) -> None:
    rows = runs.rows(number)
    heron = {path: rows[path] for path in ("/first", "/twin", "/copy")}
    digests = {row["digest"] for row in heron.values()}
    assert len(digests) == 2
    repeating = {path for path, row in heron.items() if row["duplicate_of"]}
    assert len(repeating) == 2
    assert {heron[path]["duplicate_of"] for path in repeating} <= digests
    assert not any(rows[path]["duplicate_of"] for path in ("/other", "/moody"))


def test_other_bytes_with_the_same_text_are_only_touched(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert enter(["status", "stories/2", "--workspace", str(runs.workspace), "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert (changes["touched"], changes["changed"], changes["unchanged"]) == (1, 1, 5)


def test_each_body_is_read_once(runs: Runs) -> None:
    with (
        Store(runs.workspace) as store,
        store.query("SELECT count(*), count(DISTINCT digest) FROM content") as answer,
    ):
        [[rows, bodies]] = [list(row.values()) for batch in answer for row in batch.to_pylist()]
    assert rows == bodies == len({content.body for content in [*FIRST.values(), *SECOND.values()]})
