from pathlib import Path

import pytest

from scraper.render.discovery import INSTALL, Browser, NoBrowser, find_browser


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no programs, but for those that a test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "bin"


def test_the_lightest_browser_comes_first(commands: Path) -> None:
    for name in ("google-chrome", "chromium", "chromium-headless-shell"):
        here = program(commands / name)
        assert find_browser() == Browser(here)


def test_what_is_asked_for_comes_before_everything(commands: Path, tmp_path: Path) -> None:
    program(commands / "chromium-headless-shell")
    chosen = program(tmp_path / "opt" / "my-chrome")
    assert find_browser(chosen) == Browser(chosen)
    assert find_browser("google-chrome-beta") == NoBrowser("google-chrome-beta")
    assert find_browser("google-chrome") == NoBrowser("google-chrome"), "another one is not taken instead"
    by_name = program(commands / "google-chrome-beta")
    assert find_browser("google-chrome-beta") == Browser(by_name)


def test_a_file_that_cannot_be_run_is_no_browser(commands: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("chrome")
    found = find_browser(str(tmp_path / "text"))
    assert isinstance(found, NoBrowser)
    assert str(tmp_path / "text") in str(found)
    assert "TANDEM_BROWSER" in found.remedy


def test_the_browsers_of_playwright_come_last_and_the_newest_of_them_first(
    commands: Path, tmp_path: Path
) -> None:
    whole = program(tmp_path / "own" / "chromium-1300" / "chrome-linux" / "chrome")
    assert find_browser(playwright_folder=str(tmp_path / "own")) == Browser(whole)
    old = program(tmp_path / "own" / "chromium_headless_shell-999" / "chrome-linux" / "headless_shell")
    assert find_browser(playwright_folder=str(tmp_path / "own")) == Browser(old)
    new = program(
        tmp_path / "own" / "chromium_headless_shell-1210" / "chrome-linux64" / "chrome-headless-shell"
    )
    assert find_browser(playwright_folder=str(tmp_path / "own")) == Browser(new)
    system = program(commands / "google-chrome-stable")
    assert find_browser(playwright_folder=str(tmp_path / "own")) == Browser(system)


def test_without_any_the_command_that_gets_one_is_named(commands: Path) -> None:
    found = find_browser()
    assert isinstance(found, NoBrowser)
    assert found.remedy == INSTALL
