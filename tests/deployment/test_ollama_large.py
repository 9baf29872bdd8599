"""The entrypoint of the large model's container, run against a stand-in for Ollama."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deployment" / "ollama-large"

# Keeps its state in files of $STATE, so that a test can arrange and see it.
STAND_IN = """#!/bin/sh
echo "$*" >>"$STATE/calls"
case $1 in
serve)
    [ ! -e "$STATE/broken" ] || exit 3
    trap 'echo ended >>"$STATE/calls"; exit 0' TERM
    touch "$STATE/serving"
    while :; do sleep 0.05; done
    ;;
list) [ -e "$STATE/serving" ] ;;
show) [ -e "$STATE/$2" ] ;;
pull)
    [ ! -e "$STATE/endless" ] || exec sleep 60
    if [ -e "$STATE/offline" ]; then rm "$STATE/offline"; exit 1; fi
    touch "$STATE/$2"
    ;;
esac
"""


class Container:
    """The entrypoint as its container would run it, with what the stand-in was asked."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.state.mkdir()
        (folder / "ollama").write_text(STAND_IN)
        (folder / "ollama").chmod(0o755)
        self.environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "STATE": str(self.state),
            "OLLAMA_MODEL": "large",
            "RETRY_SECONDS": "0.1",
        }

    def start(self) -> None:
        self.process = subprocess.Popen(  # in its own group, so that nothing of it outlives a failed test
            [SCRIPT], env=self.environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def calls(self) -> list[str]:
        path = self.state / "calls"
        return path.read_text().split("\n")[:-1] if path.exists() else []

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, self.calls()
            time.sleep(0.01)

    def is_healthy(self) -> bool:
        return subprocess.run([SCRIPT, "--check"], env=self.environment, check=False).returncode == 0


@pytest.fixture
def container(tmp_path: Path) -> Iterator[Container]:
    container = Container(tmp_path)
    container.start()
    yield container
    if container.process.poll() is None:
        os.killpg(container.process.pid, signal.SIGKILL)
    container.process.communicate()


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Container]:
    """A container that the test arranges and starts itself."""
    container = Container(tmp_path)
    yield container
    if container.process.poll() is None:
        os.killpg(container.process.pid, signal.SIGKILL)
    container.process.communicate()


def test_a_missing_model_is_fetched_once_the_server_answers(container: Container) -> None:
    container.wait_until(container.is_healthy)
    calls = container.calls()
    assert calls.index("list") < calls.index("pull large")


def test_a_model_that_is_there_is_not_fetched_again(stopped: Container) -> None:
    (stopped.state / "large").touch()
    stopped.start()
    stopped.wait_until(lambda: "show large" in stopped.calls())
    stopped.process.terminate()
    stopped.process.wait(20)
    assert "pull large" not in stopped.calls()


def test_a_failed_fetch_is_tried_again_while_the_server_stays(stopped: Container) -> None:
    (stopped.state / "offline").touch()
    stopped.start()
    stopped.wait_until(stopped.is_healthy)
    assert stopped.calls().count("pull large") == 2
    assert stopped.calls().count("serve") == 1


def test_being_told_to_stop_ends_the_server_first(container: Container) -> None:
    container.wait_until(container.is_healthy)
    container.process.terminate()
    assert container.process.wait(20) == 0
    assert container.calls()[-1] == "ended"


def test_being_told_to_stop_does_not_wait_for_a_long_fetch(stopped: Container) -> None:
    (stopped.state / "endless").touch()
    stopped.start()
    stopped.wait_until(lambda: "pull large" in stopped.calls())
    stopped.process.terminate()
    assert stopped.process.wait(20) == 0
    assert stopped.calls()[-1] == "ended"


def test_a_server_that_ends_before_it_answers_ends_the_container(stopped: Container) -> None:
    (stopped.state / "broken").touch()
    stopped.start()
    assert stopped.process.wait(20) == 1


def test_it_is_not_healthy_before_the_model_is_there(stopped: Container) -> None:
    (stopped.state / "endless").touch()
    stopped.start()
    stopped.wait_until(lambda: "pull large" in stopped.calls())
    assert not stopped.is_healthy()


def test_without_a_model_it_says_what_to_set(tmp_path: Path) -> None:
    done = subprocess.run(
        [SCRIPT], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "OLLAMA_MODEL" in done.stderr
