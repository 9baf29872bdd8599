"""The set-up scripts: root gets what is missing, others the exact command, nobody anything twice."""

import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PACKAGES = HOME / "scripts" / "system-packages"
SCRIPTS = sorted(
    path
    for folder in ("scripts", "deployment", ".ci")
    for path in (HOME / folder).rglob("*")
    if path.is_file() and path.read_bytes().startswith(b"#!")
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_lint(script: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


class Machine:
    """A machine whose PATH holds only what a test puts there; its apt-get writes down what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("sh", "cat", "mkdir", "tail"):
            (self.bin / name).symlink_to(f"/bin/{name}")

    def has(self, name: str, script: str = "exit 0") -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def is_root(self, apt: str = 'echo "$@" >>apt-calls') -> None:
        self.has("id", "echo 0")
        self.has("apt-get", apt)

    def is_user(self) -> None:
        self.has("id", "echo 1000")

    def run(self, *arguments: str, ci: bool = False) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "PYTHON": "python3"} | ({"CI": "true"} if ci else {})
        return subprocess.run(
            [PACKAGES, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def apt_calls(self) -> list[str]:
        path = self.folder / "apt-calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_what_is_there_is_not_installed_again(machine: Machine) -> None:
    machine.is_root()
    machine.has("some-broker")
    done = machine.run("some-broker")
    assert (done.returncode, done.stderr, machine.apt_calls()) == (0, "", [])


def test_root_gets_what_is_missing_after_an_update(machine: Machine) -> None:
    machine.is_root()
    machine.has("some-broker")
    assert machine.run("some-broker", "some-tracer").returncode == 0
    assert machine.apt_calls() == ["update -q", "install -q -y --no-install-recommends some-tracer"]


def test_anyone_else_gets_the_exact_command_in_one_line(machine: Machine) -> None:
    machine.is_user()
    done = machine.run("some-broker", "some-tracer")
    assert done.returncode == 0
    assert done.stderr == (
        "Missing: some-broker some-tracer. Run: sudo apt-get update && "
        "sudo apt-get install -y --no-install-recommends some-broker some-tracer\n"
    )


@pytest.mark.parametrize(("arguments", "ci"), [(["--required"], False), ([], True)])
def test_what_is_needed_and_missing_is_a_failure(machine: Machine, arguments: list[str], ci: bool) -> None:
    machine.is_user()
    assert machine.run(*arguments, "some-broker", ci=ci).returncode == 1


@pytest.mark.parametrize(("ci", "status"), [(False, 0), (True, 1)])
def test_a_failed_installation_is_reported_with_its_log(machine: Machine, ci: bool, status: int) -> None:
    machine.is_root(apt='echo "no route to the mirror"; exit 100')
    done = machine.run("some-broker", ci=ci)
    assert done.returncode == status
    assert "no route to the mirror" in done.stderr
    assert "build/system-packages.log" in done.stderr


@pytest.mark.parametrize("browser", ["chromium-headless-shell", "chromium", "google-chrome"])
def test_any_chromium_will_do(machine: Machine, browser: str) -> None:
    machine.is_user()
    machine.has(browser)
    assert machine.run("chromium-headless-shell", ci=True).returncode == 0


@pytest.mark.parametrize(("ensurepip", "status"), [("exit 0", 0), ("exit 1", 1)])
def test_python3_venv_is_missing_when_python_cannot_make_environments(
    machine: Machine, ensurepip: str, status: int
) -> None:
    machine.is_user()
    machine.has("python3", ensurepip)
    assert machine.run("--required", "python3-venv").returncode == status


def test_an_image_is_built_by_root_or_not_at_all(machine: Machine) -> None:
    machine.is_user()
    machine.has("dirname", "echo .")
    done = subprocess.run(
        [HOME / "scripts" / "image"],
        cwd=machine.folder,
        env={"PATH": str(machine.bin)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "root" in done.stderr
    assert not (machine.folder / "build").exists()


def test_an_old_python_is_refused_in_one_line(machine: Machine) -> None:
    machine.has("dirname", "echo .")
    machine.has("python3", 'case $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    done = subprocess.run(
        [HOME / "scripts" / "environment", ".venv"],
        cwd=machine.folder,
        env={"PATH": str(machine.bin), "HOME": str(machine.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Python 3.9.2" in done.stderr
