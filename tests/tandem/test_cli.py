import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tandem.__main__ import enter
from tandem.cli import _COMMANDS, load_command

HEAVY = ("aiohttp", "duckdb", "pyarrow", "aiomqtt", "rich", "selectolax", "ada_url")


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"Example: tandem {name}" in out
    assert (load_command(name).help or "").splitlines()[0] == _COMMANDS[name][1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["chek"], 2, "tandem: No such command 'chek'. Did you mean 'check'"),
        (["check"], 2, "tandem: Missing argument 'JOB.yaml|URL|-'; `tandem check --help` shows how"),
        (["--loud"], 2, "tandem: No such option: --loud; `tandem --help` shows how"),
        (["check", "nowhere.yaml"], 2, "tandem: nowhere.yaml: there is no such file"),
        (
            ["check", "http://a.test/", "--set", "crawl.dealy=1"],
            2,
            "tandem: --set crawl.dealy=1: crawl.dealy: unk",
        ),
    ],
)
def test_what_a_user_did_wrong_is_one_line(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert len(err.splitlines()) == 1


def test_alone_it_shows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter([]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in _COMMANDS)


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["--version"]) == 0
    assert capsys.readouterr().out == f"tandem {version('tandem-scraper')}\n"


def test_help_loads_nothing_heavy() -> None:
    program = "import sys; from tandem.__main__ import enter; enter(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert not loaded & set(HEAVY)


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m tandem schema | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_bug_is_one_line_that_says_where_its_details_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setitem(_COMMANDS, "broken", ("no_such_module", "Is not there."))
    assert enter(["broken"]) == 70
    (line,) = capsys.readouterr().err.splitlines()
    (details,) = tmp_path.iterdir()
    assert line.startswith("tandem: this is a bug in Tandem: ModuleNotFoundError: ")
    assert line.endswith(str(details))
    assert "Traceback (most recent call last)" in details.read_text()
    assert details.stat().st_mode & 0o077 == 0


def test_debug_shows_the_traceback_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANDEM_DEBUG", "1")
    monkeypatch.setitem(_COMMANDS, "broken", ("no_such_module", "Is not there."))
    assert enter(["broken"]) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err
