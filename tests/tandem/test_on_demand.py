"""A large model that is there only while it is needed."""

import sys
from pathlib import Path

import pytest

from analysis.deep.course import Course
from tandem.inference.models import Models
from tandem.inference.words import Endpoint, Tier
from tandem.job_models import DeepEndpoint
from tandem.on_demand import OnDemand, arguments, run_command
from tests.tandem.inference.scripted_server import ScriptedServer


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (None, ()),
        ("docker start large", ("docker", "start", "large")),
        ("echo 'a b' $HOME; ls", ("echo", "a b", "$HOME;", "ls")),
        (("sh", "-c", "a; b"), ("sh", "-c", "a; b")),
    ],
)
def test_no_shell_reads_a_command(command: str | tuple[str, ...] | None, words: tuple[str, ...]) -> None:
    assert arguments(command) == words


async def test_what_went_wrong_with_a_command_is_said() -> None:
    assert await run_command((sys.executable, "-c", "")) == ""
    failed = await run_command((sys.executable, "-c", "import sys; sys.exit('no such container')"))
    assert failed.endswith("ended with 1: no such container")
    assert "No such file" in await run_command(("/nowhere/at/all",))


async def test_a_model_is_started_loaded_let_go_and_stopped(tmp_path: Path) -> None:
    course, waits = Course(), list[str]()
    course.on_change = lambda one: waits.append(one.waiting)
    touch = f"{sys.executable} -c \"open('{tmp_path}/{{}}', 'w')\""
    wanted = DeepEndpoint(start=touch.format("started"), stop=touch.format("stopped"))
    async with ScriptedServer() as server:
        server.script.gpu_share = 0.4
        endpoint = Endpoint(server.url, "tiny", context=4096)
        async with Models({Tier.DEEP: endpoint}, tmp_path / "lanes") as models:
            model = models.get(Tier.DEEP)
            assert model is not None
            idle = OnDemand(model, wanted, course, keeps=False)
            await idle.rest()
            assert not (tmp_path / "stopped").exists()
            demand = OnDemand(model, wanted, course, keeps=False)
            await demand.rouse()
            assert server.script.is_loaded
            await demand.rest()
            assert not server.script.is_loaded
    assert (tmp_path / "started").exists()
    assert (tmp_path / "stopped").exists()
    assert any("being started" in one for one in waits)
    assert any("being loaded" in one for one in waits)
    assert course.warning == "60% of the deep model lies on the processor: it is slow"
