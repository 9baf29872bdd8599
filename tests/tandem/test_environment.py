from pathlib import Path

import pytest

from tandem.environment import Environment, missing_secrets
from tandem.job import Job


def test_the_command_line_wins_over_the_environment_and_that_over_the_default(tmp_path: Path) -> None:
    environment = Environment.read({"TANDEM_WORKSPACE": "/var/pages"})
    assert environment.workspace_path(tmp_path) == tmp_path
    assert environment.workspace_path(None) == Path("/var/pages")
    assert Environment.read({}).workspace_path(None) == Path.cwd() / "tandem-data"


@pytest.mark.parametrize(("value", "is_on"), [("1", True), ("0", False), ("", False)])
def test_debug_is_switched_by_one_variable(value: str, is_on: bool) -> None:
    assert Environment.read({"TANDEM_DEBUG": value}).debug is is_on


def test_every_secret_of_a_job_is_found_wherever_it_is_named() -> None:
    job = Job.model_validate(
        {
            "name": "a",
            "seeds": ["http://a.test/"],
            "crawl": {
                "headers": {"Cookie": {"env": "B"}},
                "cookies": {"x": {"env": "C"}},
                "proxy": {"env": "A"},
            },
            "models": {"deep": {"model": "m", "api_key": {"env": "D"}}},
            "progress": {"password": {"env": "E"}},
        }
    )
    assert missing_secrets(job, {"C": "set", "D": ""}) == ("A", "B", "D", "E")
