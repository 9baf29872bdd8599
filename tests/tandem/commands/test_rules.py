import io
import json
import sys
from pathlib import Path

import pytest

from tandem.__main__ import enter

ROBOTS = b"User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: Tandem\nDisallow: /tandem\n"


@pytest.fixture
def robots(tmp_path: Path) -> str:
    file = tmp_path / "robots.txt"
    file.write_bytes(ROBOTS)
    return str(file)


def test_each_url_is_answered_in_order(robots: str, capsys: pytest.CaptureFixture[str]) -> None:
    urls = ["http://a.test/", "http://a.test/private/x", "http://a.test/private/open"]
    assert enter(["robots", robots, "--agent", "Other", *urls]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "allowed http://a.test/",
        "disallowed http://a.test/private/x",
        "allowed http://a.test/private/open",
    ]


def test_all_allowed_is_zero(robots: str) -> None:
    assert enter(["robots", robots, "--agent", "Tandem", "http://a.test/private"]) == 0


def test_answers_are_json_when_asked(robots: str, capsys: pytest.CaptureFixture[str]) -> None:
    enter(["robots", robots, "--agent", "Tandem", "--json", "http://a.test/tandem"])
    assert json.loads(capsys.readouterr().out) == {"url": "http://a.test/tandem", "allowed": False}


def test_robots_are_read_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ROBOTS)))
    assert enter(["robots", "-", "--agent", "Tandem", "http://a.test/tandem"]) == 1


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["robots", "nowhere.txt", "--agent", "x", "http://a.test/"]) == 2
    assert capsys.readouterr().err == "tandem: nowhere.txt: cannot be read: No such file or directory\n"


def test_a_url_shows_what_is_requested_and_its_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["url", "HTTP://A.test:80/x/../b?z=1&utm_source=y&a=2#top"]) == 0
    assert capsys.readouterr().out == (
        "fetch: http://a.test/b?z=1&utm_source=y&a=2\nkey: http://a.test/b?a=2&z=1\n"
    )


def test_a_url_is_read_on_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["url", "../c", "--base", "http://a.test/x/y/"]) == 0
    assert capsys.readouterr().out.startswith("fetch: http://a.test/x/c\n")


def test_what_is_no_url_is_said_and_the_others_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["url", "mailto:x@a.test", "http://a.test/"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("fetch: http://a.test/\n")
    assert err.startswith("tandem: 'mailto:x@a.test' is no URL that can be requested")
