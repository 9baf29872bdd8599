"""`tandem search` on a terminal and for programs."""

import asyncio
import json
from pathlib import Path

import pytest

from storage.search import Found
from storage.search_index import Chunk
from storage.search_query import parse
from tandem.__main__ import enter
from tandem.commands.search import _shown
from tandem.retrieval import Retrieved
from tests.tandem.searched import page, workspace_of

PAGES = {
    "/jacket": page("Red jacket", "The red wool jacket costs 40 euros."),
    "/steering": page("Steering\x1b[2J", "This \x1b]0;title\x07 page steers terminals."),
}


@pytest.fixture
async def workspace(tmp_path: Path) -> Path:
    return await workspace_of(tmp_path, PAGES)


async def _search(workspace: Path, *arguments: str) -> int:
    return await asyncio.to_thread(enter, ["search", *arguments, "--workspace", str(workspace)])


async def test_pages_are_listed_with_where_they_are(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _search(workspace, "wool jacket") == 0
    assert capsys.readouterr().out.splitlines() == [
        " 1. Red jacket",
        "    http://a.test/jacket",
        "    2023-11-14  Red jacket The red wool jacket costs 40 euros.",
    ]


async def test_programs_get_everything(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _search(workspace, "wool", "--json", "--run", "job", "--host", "A.test") == 0
    told = json.loads(capsys.readouterr().out)
    [found] = told["pages"]
    assert (found["url"], found["title"], found["same_text"]) == ("http://a.test/jacket", "Red jacket", [])
    assert (found["start"], found["engine"][:6]) == (0, "plain-")
    assert len(found["digest"]) == len(told["corpus"]) == 64


@pytest.mark.parametrize("words", ["zebra", "", '"', "NEAR(", "-wool", "* ) OR", "\x1b[9K", "a" * 5_000])
async def test_nothing_found_is_one_line(
    workspace: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _search(workspace, words) == 0
    out, err = capsys.readouterr()
    assert out.startswith("nothing found for ")
    assert (out.count("\n"), len(out) < 300, "\x1b" in out, err) == (1, True, False, "")


async def test_a_page_cannot_steer_the_terminal(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _search(workspace, "steers") == 0
    out = capsys.readouterr().out
    assert "steers terminals" in out
    assert not [letter for letter in ("\x1b", "\x07") if letter in out]


def test_matches_are_marked_on_a_terminal() -> None:
    one = Found(Chunk(1, 1, 0, 8, "", "red wool", "plain-1"), ())
    assert _shown(one, Retrieved((one,), parse("wool")), marks=True) == "red \x1b[1mwool\x1b[0m"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x", "--run", "other"), "no run 'other'"),
        (("x", "--limit", "0"), "limit"),
        (("x", "--limt", "5"), "unexpected"),
    ],
)
async def test_wrong_usage_is_said(
    workspace: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _search(workspace, *arguments) == 2
    assert said in capsys.readouterr().err


def test_without_a_workspace_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["search", "x", "--workspace", str(tmp_path)]) == 2
    assert "no workspace" in capsys.readouterr().err
