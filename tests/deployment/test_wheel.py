"""The wheel: built, installed into an environment that holds nothing but the base install, and used there.

The locked packages are linked from the environment of the tests, so that no index has to answer.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests import browser

HOME = Path(__file__).parents[2]
SECONDS = 240  # for the longest of the commands, on a machine that does other things

pytestmark = pytest.mark.slow


class Installed:
    """An environment with Tandem and what its base install brings along."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "venv", with_pip=False, symlinks=True)
        self.bin = folder / "venv" / "bin"
        (self.packages,) = (folder / "venv" / "lib").glob("python3*/site-packages")

    def add(self, name: str, version: str) -> None:
        """Links the files of a package as they are installed beside the tests."""
        found = distribution(name)
        assert found.version == version, (
            f"run `make`: {name} {found.version} is installed, {version} is locked"
        )
        for file in found.files or ():
            source, target = Path(str(file.locate())), self.packages / file
            if ".." not in file.parts and source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                _link(source, target)

    def pip(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pip", "--python", self.bin / "python", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / program, *arguments],
            cwd=self.folder,
            env={"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _locked() -> Iterator[Requirement]:
    text = (HOME / "requirements-run.lock").read_text().replace("\\\n", "")
    for line in text.splitlines():
        requirement = Requirement(line.partition("--hash")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of these sources."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(command, cwd=HOME, capture_output=True, check=True, timeout=SECONDS)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in its environment."""
    installed = Installed(tmp_path_factory.mktemp("installed"))
    for requirement in _locked():
        installed.add(requirement.name, str(requirement.specifier).removeprefix("=="))
    done = installed.pip("install", "--no-index", "--no-deps", wheel)
    assert done.returncode == 0, done.stderr
    return installed


def test_the_base_install_holds_all_that_it_asks_for_and_nothing_of_the_tests(installed: Installed) -> None:
    done = installed.pip("check")
    assert done.returncode == 0, done.stdout
    for name in ("pytest", "playwright", "weasyprint", "fastwarc"):
        assert installed.run("python", "-c", f"import {name}").returncode == 1


def test_the_demo_runs_from_the_wheel(installed: Installed) -> None:
    done = installed.run("tandem", "demo", "--workspace", installed.folder / "shop")
    assert done.returncode == 0, done.stderr
    assert "388 product" in done.stdout
    asked = installed.run(
        "tandem", "query", "SELECT count(*) AS n FROM pages", "--format", "csv", "--workspace", "shop"
    )
    assert int(asked.stdout.split()[1]) > 500
    report = installed.run("tandem", "report", "--workspace", "shop")
    assert report.stdout.startswith("# ")


def test_the_doctor_finds_nothing_broken_in_the_base_install(installed: Installed) -> None:
    done = installed.run("tandem", "doctor", "--workspace", "shop")
    assert done.returncode == 0, done.stdout
    assert 'pip install "tandem-scraper[browser]"' in done.stdout or "browser       none" in done.stdout


@pytest.mark.skipif(browser.find() is None, reason="needs a Chromium")
@pytest.mark.parametrize("sandbox", ["on", "off"])
def test_a_job_that_wants_a_browser_goes_on_without_its_driver_and_says_so(
    installed: Installed, sandbox: str
) -> None:
    wishes = ("crawl.render=always", "scope.max_pages=5", f"browser.sandbox={sandbox}")
    changes = [word for wish in wishes for word in ("--set", wish)]
    place = installed.folder / f"plain-{sandbox}"
    done = installed.run("tandem", "demo", "--no-analysis", "--workspace", place, *changes)
    assert done.returncode == 6, done.stderr
    (told,) = [line for line in done.stderr.splitlines() if "plain HTTP" in line]
    assert 'what helps: pip install "tandem-scraper[browser]"' in told


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("import", "pages.warc"), "warc"),
        (("report", "--format", "pdf", "--workspace", "shop"), "pdf"),
    ],
)
def test_what_an_extra_brings_is_asked_for_in_one_line(
    installed: Installed, arguments: tuple[str, ...], extra: str
) -> None:
    if not (installed.folder / "shop").exists():
        installed.run("tandem", "demo", "--workspace", "shop")
    done = installed.run("tandem", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f'pip install "tandem-scraper[{extra}]"' in done.stderr
