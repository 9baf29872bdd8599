import asyncio

import pytest

from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import BrokerAway, BrokerUrl
from tandem.progress.clear import clear_run
from tandem.progress.events import NewestRun
from tandem.progress.figures import Host, Hosts, ModelStats
from tandem.progress.mqtt import MqttBus
from tests.tandem.progress.mosquitto import Mosquitto

pytestmark = pytest.mark.broker


async def tell(broker: BrokerUrl, run: str, job: str) -> None:
    announcer = Announcer(run, job, 1)
    async with MqttBus(broker) as bus:
        announcer.connect(bus)
        announcer.say(NewestRun(job=job, run=run))
        announcer.say_state("done", exit_code=0)
        announcer.say(Hosts(run=run, hosts=(Host(host="secret.test"),)))
        announcer.say(ModelStats(run=run, tier="fast", model="small"))


async def retained(broker: BrokerUrl) -> list[str]:
    """What whoever comes now is told: everything before the mark that is told last."""
    found = []
    async with MqttBus(broker) as bus, asyncio.timeout(20):
        with bus.subscribe("#") as heard:
            await bus.tried()
            mark = Announcer("mark", "mark", 1)
            mark.connect(bus)
            mark.say_state("running")
            async for message in heard:
                if "mark" in message.topic:
                    break
                found.append(f"{message.topic} {getattr(message.data, 'run', '')}")
    return sorted(found)


@pytest.mark.parametrize(
    ("run", "newest", "left"),
    [
        ("a-2", "a-1", ["job/a a-1", "run/a-1/hosts", "run/a-1/model/fast", "run/a-1/state"]),
        ("a-2", None, ["run/a-1/hosts", "run/a-1/model/fast", "run/a-1/state"]),
        ("a-1", "a-2", ["job/a a-2", "run/a-2/hosts", "run/a-2/model/fast", "run/a-2/state"]),
    ],
)
async def test_nothing_is_left_of_a_forgotten_run(
    mosquitto: Mosquitto, run: str, newest: str | None, left: list[str]
) -> None:
    for number in (1, 2):
        await tell(mosquitto.url, f"a-{number}", "a")
    await clear_run(mosquitto.url, run, "a", newest=newest)
    found = await retained(mosquitto.url)
    assert [line if line.startswith("job/") else line.split()[0] for line in found] == left


async def test_a_broker_that_is_away_is_named() -> None:
    with pytest.raises(BrokerAway, match=r"127\.0\.0\.1:1"):
        await clear_run(BrokerUrl("127.0.0.1", 1), "a-1", "a")
