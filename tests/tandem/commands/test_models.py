import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tandem.__main__ import enter

PLACE = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "lanes"))


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a scripted server; a parameter of the test is its script."""
    script = [f"--set={name}={json.dumps(value)}" for name, value in getattr(request, "param", {}).items()]
    command = [sys.executable, "-m", "tests.tandem.inference.scripted_server", *script]
    with subprocess.Popen(command, cwd=PLACE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def job(folder: Path, url: str, **more: Any) -> str:
    path = folder / "job.yaml"
    models = {"fast": {"url": url, "model": "tiny", **more}, "embed": {"url": url, "model": "tiny"}}
    path.write_text(json.dumps({"name": "a", "seeds": ["http://a.test/"], "models": models}))
    return str(path)


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    return {line["tier"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}


def test_without_a_job_no_tier_is_configured(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["models"]) == 0
    assert "deep    none is configured" in capsys.readouterr().out


def test_probing_tells_speed_and_manners(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(["models", "--job", job(tmp_path, served), "--probe", "--json"]) == 0
    found = shown(capsys)
    fast = found["fast"]
    assert fast["latency_seconds"] > 0
    assert (fast["loaded"], fast["obeys_schema"], fast["gpu_share"]) == (True, True, 1.0)
    assert fast["flags"] == ["truncate", "shift"]
    assert found["embed"]["latency_seconds"] > 0
    assert found["deep"]["model"] is None


def test_without_probing_nothing_is_loaded(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter(["models", "--job", job(tmp_path, served)]) == 0
    assert "not loaded" in capsys.readouterr().out


def test_a_server_that_is_down_is_named_with_the_command_that_starts_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert enter(["models", "--profile", "laptop"]) == 6
    out = capsys.readouterr().out
    assert "no Ollama server answers at 127.0.0.1:1" in out
    assert "to mend it: OLLAMA_HOST=127.0.0.1:1 OLLAMA_NUM_PARALLEL=2 ollama serve" in out


@pytest.mark.parametrize("served", [{"is_present": False}], indirect=True)
def test_a_model_that_is_not_pulled_is_named_and_can_be_pulled(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = job(tmp_path, served)
    assert enter(["models", "--job", path, "--json"]) == 6
    found = shown(capsys)
    assert found["fast"]["problem"] == "refused: model_missing"
    assert found["fast"]["remedy"] == f"OLLAMA_HOST={served} ollama pull tiny"
    assert enter(["models", "--job", path, "--pull"]) == 0
    assert "tiny: pulling ab 50 %" in capsys.readouterr().err


@pytest.mark.parametrize("served", [{"gpu_share": 0.4}], indirect=True)
def test_a_model_partly_on_the_cpu_is_noticed(
    served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = job(tmp_path, served)
    assert enter(["models", "--job", path, "--probe"]) == 0
    assert "60% of it on the CPU" in capsys.readouterr().out
    enter(["doctor", "--job", path, "--workspace", str(tmp_path / "w"), "--json"])
    lines = {line["subject"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert lines["fast model"]["health"] == "limited"
    assert "60% of it on the CPU" in lines["fast model"]["found"]


def test_the_doctor_names_what_is_missing_without_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = job(tmp_path, "http://127.0.0.1:1")
    assert enter(["doctor", "--job", path, "--workspace", str(tmp_path / "w"), "--json"]) == 0
    lines = {line["subject"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert lines["fast model"]["health"] == "limited"
    assert lines["fast model"]["remedy"].startswith("OLLAMA_HOST=127.0.0.1:1 ")


def test_lanes_that_others_may_write_to_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "open"))
    assert enter(["models", "--profile", "laptop"]) == 2
    assert "is open to others; name another folder in TANDEM_LANES" in capsys.readouterr().err
