"""The container files: valid by their own rules, bound to loopback, and without more rights than needed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tandem.inference.profiles import PROFILES
from tandem.inference.words import Tier

HOME = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
COMPOSE_FILES = sorted(path.name for path in HOME.glob("compose*.yaml"))
DOCKERFILES = sorted(path.name for path in HOME.glob("Dockerfile.*"))
YAML_RULES = """
extends: default
rules:
  line-length: {max: 140}
  document-start: disable
  braces: {max-spaces-inside: 0}
"""
SANDBOX_CALLS = {"chroot", "clone", "clone3", "setns", "unshare"}
# Ollama knows these and no other; a misspelt one it passes over in silence.
OLLAMA_VARIABLES = {
    *(
        "OLLAMA_HOST",
        "OLLAMA_KEEP_ALIVE",
        "OLLAMA_LOAD_TIMEOUT",
        "OLLAMA_NUM_PARALLEL",
        "OLLAMA_MAX_LOADED_MODELS",
    ),
    *(
        "OLLAMA_MAX_QUEUE",
        "OLLAMA_CONTEXT_LENGTH",
        "OLLAMA_FLASH_ATTENTION",
        "OLLAMA_KV_CACHE_TYPE",
        "OLLAMA_MODELS",
    ),
    *("OLLAMA_GPU_OVERHEAD", "OLLAMA_SCHED_SPREAD", "OLLAMA_ORIGINS", "OLLAMA_NOPRUNE", "OLLAMA_NO_CLOUD"),
    *("OLLAMA_LLM_LIBRARY", "OLLAMA_DEBUG"),
}
# Started once, and ended when its work is done.
ONE_SHOTS = {"ollama-small-pull", "ollama-large-pull", "scraper"}


def _compose(name: str = "compose.yaml") -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((HOME / name).read_text())["services"]
    return services


SERVICES = _compose()
each_service = pytest.mark.parametrize("name", SERVICES)


def _check(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _default(text: str) -> str:
    """A value of compose.yaml as it is when .env says nothing."""
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)


def _settings() -> dict[str, str]:
    lines = (HOME / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_a_compose_file_follows_the_compose_specification(name: str) -> None:
    _check(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", name)


@pytest.mark.parametrize("name", [*COMPOSE_FILES, "examples/quickstart.yaml"])
def test_a_yaml_file_has_no_lint(name: str) -> None:
    _check(TOOLS / "yamllint", "--strict", "-d", YAML_RULES, name)


@pytest.mark.skipif(not (TOOLS / "hadolint").exists(), reason="hadolint exists for Linux on x86-64 only")
@pytest.mark.parametrize("name", DOCKERFILES)
def test_a_dockerfile_has_no_lint(name: str) -> None:
    _check(TOOLS / "hadolint", name)


def test_the_large_model_waits_for_its_profile_and_nothing_else_does() -> None:
    profiles = {name: service.get("profiles") for name, service in SERVICES.items()}
    assert {name for name, given in profiles.items() if given} == {"ollama-large", "ollama-large-pull"}
    assert all(given in (None, ["deep"]) for given in profiles.values())
    assert set(SERVICES) == {"mosquitto", "scraper", "ollama-small", "ollama-large"} | ONE_SHOTS


@each_service
def test_a_service_is_published_on_loopback_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_models_and_broker_are_where_the_profile_for_a_server_looks_for_them() -> None:
    ports = {
        name: service["ports"][0].split(":")[1] for name, service in SERVICES.items() if "ports" in service
    }
    assert ports == {"mosquitto": "1883", "ollama-small": "11435", "ollama-large": "11434"}
    server = PROFILES["server"].endpoints
    assert server[Tier.FAST].url.endswith(f":{ports['ollama-small']}")
    assert server[Tier.DEEP].url.endswith(f":{ports['ollama-large']}")


@each_service
def test_a_service_has_no_rights_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["init"] is True
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"][0] == "no-new-privileges:true"
    assert service["pids_limit"] <= 512
    assert service["mem_limit"]
    assert service["tmpfs"], "what may be written and is not kept"


@each_service
def test_no_service_sees_the_host_or_the_container_engine(name: str) -> None:
    service = SERVICES[name]
    assert not {"privileged", "network_mode", "ipc", "pid", "devices"} & service.keys()
    assert not [volume for volume in service["volumes"] if "docker.sock" in volume]
    assert all(volume.endswith(":ro") for volume in service["volumes"] if volume.startswith((".", "$", "/")))


def test_only_the_browser_gets_another_filter_of_system_calls() -> None:
    filters = {
        name: service["security_opt"][1:] for name, service in SERVICES.items() if service["security_opt"][1:]
    }
    assert filters == {"scraper": ["seccomp=./deployment/seccomp-chromium.json"]}


def test_the_filter_allows_what_the_sandbox_of_chromium_needs_and_nothing_that_reaches_further() -> None:
    profile = json.loads((HOME / "deployment" / "seccomp-chromium.json").read_text())
    assert (profile["defaultAction"], profile["defaultErrnoRet"]) == ("SCMP_ACT_ERRNO", 38)
    rules = profile["syscalls"]
    assert {rule["action"] for rule in rules} == {"SCMP_ACT_ALLOW"}
    names = [name for rule in rules for name in rule["names"] if "args" not in rule]
    assert len(names) == len(set(names))
    assert set(names) >= SANDBOX_CALLS
    # it is no part of the usual profile that a container without capabilities may call these
    assert not set(names) & {
        *(
            "add_key",
            "bpf",
            "delete_module",
            "finit_module",
            "init_module",
            "io_uring_setup",
            "kexec_load",
            "keyctl",
        ),
        *(
            "mount",
            "move_mount",
            "open_by_handle_at",
            "open_tree",
            "perf_event_open",
            "pidfd_getfd",
            "pivot_root",
        ),
        *("process_vm_readv", "process_vm_writev", "ptrace", "reboot", "request_key", "swapon", "umount2"),
        *("userfaultfd", "vhangup", "socket"),
    }
    families = {rule["args"][0]["value"] for rule in rules if rule["names"] == ["socket"]}
    assert families == {1, 2, 10, 16}, "Unix, IPv4, IPv6 and netlink, and none of the others"


@each_service
def test_what_stays_says_how_it_is(name: str) -> None:
    if name in ONE_SHOTS:
        assert "healthcheck" not in SERVICES[name]
    else:
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_everything_waits_for_what_it_needs() -> None:
    waits = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    assert waits["scraper"] == {"mosquitto": "service_healthy", "ollama-small": "service_healthy"}
    for size in ("small", "large"):
        assert waits[f"ollama-{size}"] == {f"ollama-{size}-pull": "service_completed_successfully"}
        server, pull = SERVICES[f"ollama-{size}"], SERVICES[f"ollama-{size}-pull"]
        assert pull["command"] == ["--fetch"]
        assert (pull["volumes"], pull["environment"]) == (server["volumes"], server["environment"])


@pytest.mark.parametrize(
    ("name", "profile", "tiers"),
    [
        ("ollama-small", "laptop", [Tier.FAST, Tier.EMBED]),
        ("ollama-large", "server", [Tier.DEEP]),
    ],
)
def test_a_server_has_the_models_that_a_profile_asks_for(name: str, profile: str, tiers: list[Tier]) -> None:
    environment = SERVICES[name]["environment"]
    wanted = [PROFILES[profile].endpoints[tier] for tier in tiers]
    assert _default(environment["MODELS"]).split() == [endpoint.model for endpoint in wanted]
    assert _default(environment["OLLAMA_CONTEXT_LENGTH"]) == str(wanted[0].context)
    assert _default(environment["OLLAMA_NUM_PARALLEL"]) == str(wanted[0].slots)


def test_every_variable_of_ollama_is_one_that_it_knows() -> None:
    files = [*DOCKERFILES, *COMPOSE_FILES, ".env.example", "deployment/ollama-models"]
    named = {
        name
        for file in files
        for name in re.findall(r"\b(OLLAMA_[A-Z_]+)\b *[:=]", (HOME / file).read_text())
    }
    assert named - {"OLLAMA_IMAGE"} <= OLLAMA_VARIABLES, "the image is an argument of a build"
    assert named >= {"OLLAMA_CONTEXT_LENGTH", "OLLAMA_HOST"}


def test_the_image_of_the_large_model_is_set_as_compose_sets_it() -> None:
    text = (HOME / "Dockerfile.ollama-large").read_text()
    environment = {key: _default(value) for key, value in SERVICES["ollama-large"]["environment"].items()}
    baked = dict(re.findall(r"^(?:ENV|   ) ([A-Z_]+)=(\S*)", text, re.MULTILINE))
    assert environment.pop("OLLAMA_MAX_QUEUE")
    assert baked == environment


def test_what_can_be_set_is_what_the_example_of_settings_shows() -> None:
    used = dict[str, set[str]]()
    for name, default in re.findall(r"\$\{([A-Z_]+):([^}]*)\}", (HOME / "compose.yaml").read_text()):
        used.setdefault(name, set()).add(default)
    settings = _settings()
    assert used.keys() == settings.keys()
    for name, defaults in used.items():
        (default,) = defaults
        assert default.startswith("?") or default.removeprefix("-") == settings[name]


def test_no_password_has_a_default() -> None:
    assert [value for name, value in _settings().items() if "PASSWORD" in name] == ["", ""]
    assert SERVICES["scraper"]["environment"]["TANDEM_BROKER_PASSWORD"].startswith(
        "${TANDEM_BROKER_PASSWORD:?"
    )


def test_every_image_is_pinned() -> None:
    images = [_default(service["image"]) for service in SERVICES.values() if "build" not in service]
    for name in DOCKERFILES:
        images += re.findall(r"^ARG [A-Z]+_IMAGE=(\S+)", (HOME / name).read_text(), re.MULTILINE)
    assert len(images) == 5
    assert all(re.search(r":\d+\.\d+", image) for image in images)


def test_graphics_cards_are_asked_for_in_a_file_of_their_own() -> None:
    cards = _compose("compose.gpu.yaml")
    assert set(cards) == {"ollama-small", "ollama-large"}
    for service in cards.values():
        assert set(service) == {"deploy"}
        assert service["deploy"]["resources"]["reservations"]["devices"][0]["driver"] == "nvidia"
    assert not [name for name, service in SERVICES.items() if "deploy" in service]


def _reaching_the_build() -> set[str]:
    return {line[1:] for line in (HOME / ".dockerignore").read_text().splitlines() if line.startswith("!")}


@pytest.mark.parametrize("name", DOCKERFILES)
def test_what_a_dockerfile_copies_reaches_the_build(name: str) -> None:
    copied = [
        source
        for line in (HOME / name).read_text().splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
        if not source.startswith("--") and source != "."
    ]
    assert copied
    assert not [path for path in copied if path.partition("/")[0] not in _reaching_the_build()]
    assert not [path for path in copied if not (HOME / path).exists()]


def test_the_build_gets_everything_that_the_wheel_is_made_of() -> None:
    wheel = {"tandem", "scraper", "analysis", "storage", "README.md", "LICENSE", "pyproject.toml", "examples"}
    assert wheel | {"scripts/sbom.py"} <= _reaching_the_build()
    assert not [path for path in _reaching_the_build() if not (HOME / path).exists()]


def test_the_image_never_runs_as_root_and_says_how_it_is() -> None:
    text = (HOME / "Dockerfile.scraper").read_text()
    runtime = text.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in runtime
    assert "\nHEALTHCHECK " in runtime
    assert "tandem.sbom=" in runtime
    assert text.count("--require-hashes") == 2
    assert "libatomic1" in runtime, "the driver of the browser is linked to it"


def test_nothing_of_the_building_machine_is_written_into_the_image() -> None:
    text = (HOME / "Dockerfile.scraper").read_text()
    assert "--mount=type=secret,id=pip.conf" in text
    assert not re.search(r"ARG (?!PYTHON_IMAGE)|index-url|://", text)
