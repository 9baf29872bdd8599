import json
from pathlib import Path

import pytest

from tandem.__main__ import enter

PAGE = (
    "<html lang=en><title>Rivers</title><nav><a href=/a>Menu of the site</a></nav><main><h1>Rivers</h1>"
    + "".join(
        f"<p>The river number {n} runs from the hills down to the sea, and many towns lie on its banks.</p>"
        for n in range(12)
    )
    + "</main>"
)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text(PAGE)
    return "page.html"


def test_a_file_is_read_and_its_picture_drawn(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", page]) == 0
    told = capsys.readouterr().out
    assert "title       Rivers\n" in told
    assert told.endswith("picture     inspect.html\n")
    assert "The river number 11 runs" in Path("inspect.html").read_text()


def test_a_picture_is_replaced_only_by_force(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("inspect.html").write_text("mine")
    assert enter(["inspect", page]) == 2
    assert "--force" in capsys.readouterr().err
    assert Path("inspect.html").read_text() == "mine"
    assert enter(["inspect", page, "--force"]) == 0
    assert Path("inspect.html").read_text() != "mine"
    assert enter(["inspect", page, "-o", "other.html"]) == 0
    assert Path("other.html").exists()


def test_programs_read_every_block_and_no_file_appears(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", page, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reason"] == "ok"
    assert told["language"] == "en"
    assert {one["text"]: one["is_kept"] for one in told["blocks"]}["Menu of the site"] is False
    assert not Path("inspect.html").exists()


@pytest.mark.parametrize("target", ["nowhere.html", "http://a.test/x"])
def test_what_is_not_there_is_wrong_usage(page: str, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", target, "--workspace", "none"]) == 2
    assert capsys.readouterr().err.startswith("tandem: ")
    assert not Path("inspect.html").exists()


def test_a_file_without_a_page_says_why(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.html").write_bytes(b"")
    assert enter(["inspect", "empty.html"]) == 0
    assert "read        empty\n" in capsys.readouterr().out


def test_a_topic_shows_how_relevant_the_page_is_and_where_it_would_lead(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(["inspect", page, "--topic", "Where do rivers run to?", "--json"]) == 0
    view = json.loads(capsys.readouterr().out)["topic"]
    assert view["relevance"] > 0.8
    assert set(view["terms"]) == {"river", "run"}
    assert [(link["url"], link["text"]) for link in view["links"]] == [
        ("http://localhost/a", "Menu of the site")
    ]
    assert enter(["inspect", page, "--topic", "steam engines"]) == 0
    assert "relevance   0.00 of 1" in capsys.readouterr().out


def test_a_topic_without_a_word_is_refused(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["inspect", page, "--topic", "?!", "-o", "x.html"]) == 2
    assert "--topic holds no word" in capsys.readouterr().err
