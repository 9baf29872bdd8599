import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import read_broker_url
from tandem.progress.embedded import EmbeddedBroker
from tandem.progress.events import RunState
from tandem.progress.mqtt import MqttBus

RUN_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from tandem.progress.announcer import Announcer
from tandem.progress.embedded import EmbeddedBroker
from tandem.progress.mqtt import MqttBus
async def main():
    broker = await EmbeddedBroker.start(Path(sys.argv[1]))
    announcer = Announcer("r", "j", 1)
    async with MqttBus(broker.url, will=announcer.last_will()) as bus:
        announcer.connect(bus)
        announcer.say_state("running")
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_it_is_announced_serves_and_goes(tmp_path: Path) -> None:
    broker = await EmbeddedBroker.start(tmp_path)
    announced = json.loads((tmp_path / "broker.json").read_text())
    assert announced["url"] == str(broker.url)
    announcer = Announcer("r", "j", 1)
    async with MqttBus(broker.url) as bus, asyncio.timeout(20):
        announcer.connect(bus)
        announcer.say_state("running")
        with bus.subscribe("run/+/state") as heard:
            assert isinstance((await anext(heard)).data, RunState)
    await broker.stop()
    assert not (tmp_path / "broker.json").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(announced["pid"], 0)


async def test_it_outlives_a_killed_run_and_tells_that_it_is_lost(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN_UNTIL_KILLED, str(tmp_path), start_new_session=True
    )
    announcement = tmp_path / "broker.json"
    async with asyncio.timeout(30):
        while not announcement.exists():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.01)
        announced = json.loads(announcement.read_text())
        try:
            async with MqttBus(read_broker_url(announced["url"])) as bus:
                with bus.subscribe("run/+/state") as heard:
                    await anext(heard)
                    os.killpg(child.pid, signal.SIGKILL)
                    await child.wait()
                    last = (await anext(heard)).data
                    assert isinstance(last, RunState)
                    assert last.state == "lost"
        finally:
            os.kill(announced["pid"], signal.SIGKILL)
