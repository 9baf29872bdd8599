import os
import sys
import time
from pathlib import Path

import pytest

from scraper.render.sandbox import Lack, try_sandbox
from tests import browser

BOXED = Path(__file__).with_name("boxed.py")


def script(folder: Path, text: str) -> str:
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.browser
def test_it_works_for_an_ordinary_user(sandboxed_browser: Path) -> None:
    sandbox = try_sandbox(str(sandboxed_browser))
    assert sandbox.works, f"{sandbox.missing}; to mend it: {sandbox.remedy}"


@pytest.mark.browser
def test_it_does_not_work_for_root_and_the_remedy_is_another_user() -> None:
    found = browser.find()
    if os.geteuid() != 0 or found is None:
        return  # nobody here is root
    sandbox = try_sandbox(found)
    assert sandbox.lack is Lack.ROOT
    assert "sudo -u USER tandem" in sandbox.remedy


@pytest.mark.browser
def test_without_user_namespaces_it_does_not_work(sandboxed_browser: Path, tmp_path: Path) -> None:
    sandbox = try_sandbox(script(tmp_path, f'exec {sys.executable} {BOXED} {sandboxed_browser} "$@"'))
    assert sandbox.lack is Lack.NAMESPACES
    assert "user namespaces" in sandbox.missing


@pytest.mark.parametrize(
    ("switch", "value", "remedy"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    ],
)
def test_the_switch_of_the_kernel_that_is_off_is_named(
    tmp_path: Path, switch: str, value: str, remedy: str
) -> None:
    browser_ = script(tmp_path, "echo 'FATAL: No usable sandbox! If this is a Debian system…' >&2; exit 1")
    (tmp_path / switch).parent.mkdir()
    (tmp_path / switch).write_text(f"{value}\n")
    assert try_sandbox(browser_, system=tmp_path).remedy == remedy


def test_a_browser_that_does_not_start_is_no_matter_of_the_sandbox(tmp_path: Path) -> None:
    words = "error while loading shared libraries: libnss3.so"
    sandbox = try_sandbox(script(tmp_path, f"echo '{words}' >&2; exit 127"))
    assert sandbox.lack is Lack.START
    assert words in sandbox.missing
    assert sandbox.is_browser_broken


def test_a_program_that_is_not_there_is_a_value_too(tmp_path: Path) -> None:
    assert try_sandbox(str(tmp_path / "nothing")).lack is Lack.START


def test_a_browser_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    sandbox = try_sandbox(script(tmp_path, f"sleep 600 & echo $! >{note}; wait"), seconds=1)
    assert sandbox.lack is Lack.TIME
    deadline = time.monotonic() + 20
    while _is_alive(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(int(note.read_text()))


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
