"""The container files: valid by their own rules, bound to loopback, and without more rights than needed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
COMPOSE_FILES = sorted(path.name for path in HOME.glob("compose*.yaml"))
DOCKERFILES = sorted(path.name for path in HOME.glob("Dockerfile.*"))


def _services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((HOME / "compose.yaml").read_text())["services"]
    return services


def _check(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_a_compose_file_follows_the_compose_specification(name: str) -> None:
    _check(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", name)


@pytest.mark.skipif(not (TOOLS / "hadolint").exists(), reason="hadolint exists for Linux on x86-64 only")
@pytest.mark.parametrize("name", DOCKERFILES)
def test_a_dockerfile_has_no_lint(name: str) -> None:
    _check(TOOLS / "hadolint", name)


def test_the_services_are_the_broker_the_scraper_and_the_large_model() -> None:
    assert set(_services()) == {"mosquitto", "scraper", "ollama-large"}


def test_only_the_large_model_waits_for_its_profile() -> None:
    assert {name: service.get("profiles") for name, service in _services().items()} == {
        "mosquitto": None,
        "scraper": None,
        "ollama-large": ["deep"],
    }


@pytest.mark.parametrize("name", _services())
def test_a_service_is_published_on_loopback_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in _services()[name].get("ports", []))


@pytest.mark.parametrize("name", _services())
def test_a_service_has_no_rights_it_does_not_need(name: str) -> None:
    service = _services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] <= 512


@pytest.mark.parametrize("name", _services())
def test_no_service_sees_the_host_or_the_container_engine(name: str) -> None:
    service = _services()[name]
    assert not {"privileged", "network_mode", "ipc", "pid"} & service.keys()
    assert not [volume for volume in service["volumes"] if "docker.sock" in volume]


@pytest.mark.parametrize("name", ["Dockerfile.scraper", "Dockerfile.ollama-large"])
def test_what_a_dockerfile_copies_reaches_the_build(name: str) -> None:
    allowed = {line[1:] for line in (HOME / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [
        source
        for line in (HOME / name).read_text().splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
        if not source.startswith("--") and source != "."
    ]
    assert copied
    assert not [
        path for path in copied if path.partition("/")[0] not in allowed or not (HOME / path).exists()
    ]


def test_the_build_gets_everything_that_the_wheel_is_made_of() -> None:
    allowed = {line[1:] for line in (HOME / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {"tandem", "scraper", "analysis", "storage", "README.md", "LICENSE", "pyproject.toml"} <= allowed


def test_the_image_never_runs_as_root() -> None:
    runtime = (HOME / "Dockerfile.scraper").read_text().rpartition("FROM ")[2]
    assert "\nUSER 10001:10001\n" in runtime
