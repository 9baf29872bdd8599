"""What comes along with Tandem: counted, pinned by hash, and written down as a bill of materials."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOME = Path(__file__).parents[2]
LOCKS = sorted(path.name for path in HOME.glob("requirements*.lock"))
PLATFORMS = [
    {"sys_platform": system, "platform_system": name, "os_name": "posix"}
    for system, name in (("linux", "Linux"), ("darwin", "Darwin"))
]


def _entries(lock: str) -> dict[str, str]:
    """The packages of a lock file, each with its line and hashes."""
    entries = (HOME / lock).read_text().replace("\\\n", "").splitlines()
    return {canonicalize_name(line.partition("==")[0]): line for line in entries if line[:1].isalnum()}


def _on(platform: dict[str, str], lock: str) -> set[str]:
    """The packages that are installed there."""
    requirements = [Requirement(line.partition("--hash")[0].strip()) for line in _entries(lock).values()]
    environment = {**platform, "implementation_name": "cpython", "platform_python_implementation": "CPython"}
    return {one.name for one in requirements if one.marker is None or one.marker.evaluate(environment)}


def _versions(lock: str) -> dict[str, str]:
    return {name: re.split(r"[ ;]", line.partition("==")[2])[0] for name, line in _entries(lock).items()}


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform["sys_platform"])
@pytest.mark.parametrize(("lock", "most"), [("requirements-run.lock", 50), ("requirements-extras.lock", 65)])
def test_no_more_comes_along_than_somebody_can_look_after(
    platform: dict[str, str], lock: str, most: int
) -> None:
    assert 0 < len(_on(platform, lock)) <= most


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_every_package_by_hash_and_no_address(lock: str) -> None:
    assert _entries(lock)
    assert not [name for name, line in _entries(lock).items() if "--hash=sha256:" not in line]
    assert "://" not in (HOME / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_locks_agree_on_every_version(lock: str) -> None:
    whole = _versions("requirements.lock")
    assert not {name: version for name, version in _versions(lock).items() if whole.get(name) != version}


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    for lock, lines in (
        ("requirements-run.lock", project["project"]["dependencies"]),
        ("requirements-extras.lock", [line for needs in extras for line in needs]),
        ("requirements-build.lock", project["build-system"]["requires"]),
    ):
        wanted = {canonicalize_name(Requirement(line).name) for line in lines}
        assert wanted <= _entries(lock).keys(), f"run `make lock`: {lock}"


def test_an_extra_is_no_part_of_the_base_install() -> None:
    extras = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    optional = {canonicalize_name(Requirement(line).name) for lines in extras.values() for line in lines}
    assert not optional & _entries("requirements-run.lock").keys()


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """The bill of materials, as the script writes it."""
    return _bill()


def _bill() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, HOME / "scripts" / "sbom.py", HOME / "requirements-extras.lock"],
        capture_output=True,
        text=True,
        check=True,
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_bill_of_materials_names_every_locked_package(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["name"]: one["version"] for one in bill["components"]} == _versions(
        "requirements-extras.lock"
    )
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in bill["components"])
    assert all(one["hashes"] for one in bill["components"])


def test_the_bill_of_materials_says_who_needs_whom_and_under_which_licence(bill: dict[str, Any]) -> None:
    needs = {one["ref"].partition("@")[0]: one["dependsOn"] for one in bill["dependencies"]}
    assert any("pkg:pypi/multidict@" in place for place in needs["pkg:pypi/aiohttp"])
    reached, waiting = set[str](), ["pkg:pypi/tandem-scraper"]
    while waiting:
        place = waiting.pop()
        reached.add(place)
        waiting += [ref for need in needs[place] if (ref := need.partition("@")[0]) not in reached]
    markers = {one["purl"].partition("@")[0] for one in bill["components"] if "properties" in one}
    assert needs.keys() - reached <= markers, "only what another platform needs is reached from nowhere"
    assert not [
        one["name"] for one in bill["components"] if "licenses" not in one and "properties" not in one
    ]


def test_the_same_lock_gives_the_same_bill(bill: dict[str, Any]) -> None:
    assert _bill() == bill


def test_a_missing_lock_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, HOME / "scripts" / "sbom.py", "nowhere.lock"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
