"""The entrypoint of the model containers, run against a stand-in for Ollama."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deployment" / "ollama-models"

# Keeps its state in files of $STATE, so that a test can arrange and see it.
STAND_IN = """#!/bin/sh
echo "$*" >>"$STATE/calls"
case $1 in
serve)
    [ ! -e "$STATE/broken" ] || exit 3
    trap 'echo ended >>"$STATE/calls"; exit 0' TERM
    touch "$STATE/serving"
    while [ ! -e "$STATE/enough" ]; do sleep 0.05; done
    ;;
list) [ -e "$STATE/serving" ] && [ ! -e "$STATE/mute" ] ;;
show) [ -e "$STATE/$2" ] ;;
pull)
    [ ! -e "$STATE/endless" ] || exec sleep 60
    if [ -e "$STATE/no-network" ]; then exit 1; fi
    if [ -e "$STATE/offline" ]; then rm "$STATE/offline"; exit 1; fi
    touch "$STATE/$2"
    ;;
run) [ ! -e "$STATE/no-room" ] ;;
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
            "MODELS": "large",
            "RETRY_SECONDS": "0.1",
        }

    def start(self, *options: str) -> None:
        self.process = subprocess.Popen(  # in its own group, so that nothing of it outlives a failed test
            [SCRIPT, *options],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def end(self) -> tuple[int, str]:
        """Waits for it; its status and what it said."""
        said = self.process.communicate(timeout=20)[1]
        return self.process.returncode, said

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


def test_every_model_of_a_list_is_fetched_and_needed(stopped: Container) -> None:
    stopped.environment["MODELS"] = "small vectors"
    (stopped.state / "small").touch()
    stopped.start()
    stopped.wait_until(stopped.is_healthy)
    assert "pull vectors" in stopped.calls()
    assert "pull small" not in stopped.calls()
    (stopped.state / "small").unlink()
    assert not stopped.is_healthy()


def test_a_failed_fetch_is_told_in_one_line(stopped: Container) -> None:
    (stopped.state / "offline").touch()
    stopped.start()
    stopped.wait_until(stopped.is_healthy)
    stopped.process.terminate()
    lines = stopped.end()[1].splitlines()
    assert "ollama-models: large could not be fetched; trying again in 0.1 s" in lines


def test_a_fetch_alone_ends_its_server_and_then_itself(stopped: Container) -> None:
    stopped.start("--fetch")
    assert stopped.end()[0] == 0
    assert stopped.calls()[-2:] == ["show large", "ended"]


def test_a_fetch_alone_that_fails_says_what_may_be_wrong(stopped: Container) -> None:
    (stopped.state / "no-network").touch()
    stopped.start("--fetch")
    status, said = stopped.end()
    assert status == 1
    assert said.splitlines()[-1].startswith(
        "ollama-models: large could not be fetched, and is not on the volume"
    )
    assert stopped.calls()[-1] == "ended"


def test_without_a_network_a_model_on_the_volume_is_served(stopped: Container) -> None:
    for name in ("large", "no-network"):
        (stopped.state / name).touch()
    stopped.start("--fetch")
    assert stopped.end()[0] == 0
    stopped.start()
    stopped.wait_until(stopped.is_healthy)
    assert "pull large" not in stopped.calls()


def test_a_fetch_alone_that_is_told_to_stop_says_that_it_is_not_done(stopped: Container) -> None:
    (stopped.state / "endless").touch()
    stopped.start("--fetch")
    stopped.wait_until(lambda: "pull large" in stopped.calls())
    stopped.process.terminate()
    assert stopped.end()[0] == 143
    assert stopped.calls()[-1] == "ended"


@pytest.mark.parametrize(("wish", "loads"), [("", 0), ("0", 0), ("1", 1)])
def test_a_model_is_loaded_beforehand_on_wish(stopped: Container, wish: str, loads: int) -> None:
    stopped.environment["PRELOAD"] = wish
    stopped.start()
    stopped.wait_until(stopped.is_healthy)
    (stopped.state / "enough").touch()  # the entrypoint does what it has to, then sees that its server ended
    assert stopped.end()[0] == 0
    assert stopped.calls().count("run large ") == loads


def test_a_model_that_cannot_be_loaded_beforehand_is_served_all_the_same(stopped: Container) -> None:
    stopped.environment["PRELOAD"] = "1"
    (stopped.state / "no-room").touch()
    stopped.start()
    stopped.wait_until(lambda: "run large " in stopped.calls())
    assert stopped.is_healthy()
    stopped.process.terminate()
    status, said = stopped.end()
    assert status == 0
    assert "ollama-models: large could not be loaded beforehand; its first request loads it" in said


def test_a_server_that_never_answers_is_given_up(stopped: Container) -> None:
    stopped.environment["START_SECONDS"] = "1"
    (stopped.state / "mute").touch()
    stopped.start()
    status, said = stopped.end()
    assert status == 1
    assert "ollama-models: no answer in 1 s" in said
    assert stopped.calls()[-1] == "ended"


def test_an_unknown_option_is_refused(stopped: Container) -> None:
    stopped.start("--pull")
    status, said = stopped.end()
    assert (status, said) == (2, "ollama-models: --pull is no option; there are --fetch and --check\n")


def test_without_a_model_it_says_what_to_set(tmp_path: Path) -> None:
    done = subprocess.run(
        [SCRIPT], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "MODELS" in done.stderr
