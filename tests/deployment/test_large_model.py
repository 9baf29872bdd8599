"""The operator's command around the large model, run against a stand-in for Docker."""

import os
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
SCRIPT = HOME / "deployment" / "large-model"
STAND_IN = """#!/bin/sh
echo "$PWD: $*" >>"$STATE/calls"
[ ! -e "$STATE/broken" ] || case $* in *" up "*) echo "no such image" >&2; exit 18 ;; esac
"""


class Engine:
    """A Docker that writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "docker").write_text(STAND_IN)
        (folder / "docker").chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPT, *arguments],
            cwd=self.folder,
            env={"PATH": f"{self.folder}:{os.environ['PATH']}", "STATE": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


UP = f"{HOME}: compose --profile deep up --detach --wait ollama-large"
DOWN = f"{HOME}: compose --profile deep stop ollama-large"


@pytest.mark.parametrize(
    ("verb", "call"),
    [
        ("start", UP),
        ("stop", DOWN),
        ("fetch", f"{HOME}: compose --profile deep run --rm ollama-large-pull"),
    ],
)
def test_a_verb_is_one_call_of_compose_beside_its_file(engine: Engine, verb: str, call: str) -> None:
    assert engine.run(verb).returncode == 0
    assert engine.calls() == [call]


@pytest.mark.parametrize("status", [0, 6])
def test_a_command_runs_between_start_and_stop(engine: Engine, status: int) -> None:
    done = engine.run("during", "sh", "-c", f'echo "$PWD: analysis" >>calls; exit {status}')
    assert done.returncode == status
    assert engine.calls() == [UP, f"{engine.folder}: analysis", DOWN]


def test_what_could_not_start_is_stopped_and_said(engine: Engine) -> None:
    (engine.folder / "broken").touch()
    done = engine.run("during", "touch", "analysed")
    assert (done.returncode, done.stderr) == (18, "no such image\n")
    assert engine.calls() == [UP, DOWN]
    assert not (engine.folder / "analysed").exists()


@pytest.mark.parametrize("arguments", [(), ("begin",), ("during",)])
def test_wrong_usage_is_one_line(engine: Engine, arguments: tuple[str, ...]) -> None:
    done = engine.run(*arguments)
    assert (done.returncode, done.stderr.count("\n"), engine.calls()) == (2, 1, [])
