"""What docs/progress.md shows works as it stands."""

import asyncio
import re
import sys
from pathlib import Path

import pytest
import yaml

from tandem.job import Progress
from tandem.progress.announcer import Announcer
from tandem.progress.envelope import EVENT_TYPES
from tandem.progress.mqtt import MqttBus
from tandem.progress.requests import Answer, Request
from tests.tandem.progress.mosquitto import Mosquitto

PAGE = (Path(__file__).parents[2] / "docs" / "progress.md").read_text(encoding="utf-8")


@pytest.mark.broker
async def test_the_ten_lines_of_python_follow_a_run(mosquitto: Mosquitto) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(program.strip().splitlines()) <= 10
    announcer = Announcer("books-1-ab", "books", 1)
    async with MqttBus(mosquitto.url) as bus, asyncio.timeout(30):
        announcer.connect(bus)
        announcer.say_state("running")
        follower = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", program, mosquitto.url.host, str(mosquitto.url.port)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert follower.stdout is not None
        assert b"'state': 'running'" in await follower.stdout.readline()
        announcer.say_state("done", exit_code=0)
        assert b"'state': 'done'" in await follower.stdout.readline()
        assert await follower.wait() == 0


def test_every_topic_stands_in_the_table() -> None:
    rows = re.findall(r"^\| `tandem/v1/(\S+)` \| (yes|no) \| ([01]) \|", PAGE, re.MULTILINE)
    told = {(address.replace("<name>", "<job>"), kept, qos) for address, kept, qos in rows}
    wanted = {
        (
            re.sub(r"{(\w+)}", r"<\1>", event.address),
            "yes" if event.retained else "no",
            str(int(event.is_assured)),
        )
        for event in EVENT_TYPES.values()
        if not issubclass(event, Request | Answer)
    }
    assert told == wanted


def test_every_job_that_is_shown_is_one() -> None:
    shown = re.findall(r"^    progress: (\{.*?\})(?:  +#.*)?$", PAGE, re.MULTILINE)
    assert len(shown) == 5
    for text in shown:
        Progress.model_validate(yaml.safe_load(text))
