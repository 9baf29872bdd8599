"""Makes a broker forget a run that the workspace has forgotten."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import get_args

from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerAway, BrokerUrl
from tandem.progress.envelope import EVENT_TYPES, Envelope, now
from tandem.progress.events import NewestRun
from tandem.progress.figures import Hosts, Tier
from tandem.progress.mqtt import MqttBus, clear_retained

ANSWER_SECONDS = 10.0
NOTHING_SECONDS = 1.0  # a retained message comes with the subscription


def topics_of(run: str) -> list[str]:
    """Every topic of a run that is retained, behind prefix and version."""
    retained = [event.address for event in EVENT_TYPES.values() if event.retained]
    of_run = [address for address in retained if address.startswith("run/")]
    return sorted({address.format(run=run, tier=tier) for address in of_run for tier in get_args(Tier)})


async def clear_hosts(
    broker: BrokerUrl, runs: Iterable[str], *, prefix: str = "tandem", tls: TlsFiles | None = None
) -> None:
    """Clears what is retained about the hosts of runs that are over; BrokerAway when it is not taken."""
    await clear_retained(broker, [Hosts.address.format(run=run) for run in runs], prefix=prefix, tls=tls)


async def clear_run(
    broker: BrokerUrl,
    run: str,
    job: str,
    *,
    newest: str | None = None,
    prefix: str = "tandem",
    tls: TlsFiles | None = None,
) -> None:
    """Clears all that is retained about a run; BrokerAway when the broker does not take it.

    Where the job's newest run was this one, `newest` takes its place; without one that is cleared, too.
    """
    topics = topics_of(run)
    async with MqttBus(broker, prefix=prefix, tls=tls) as bus:
        said = await _newest(bus, job, broker)
        if said == run and newest:
            bus.publish(Envelope.around(NewestRun(job=job, run=newest), "/tandem/forget", 0, now()))
    if said == run and not newest:
        topics.append(f"job/{job}")
    await clear_retained(broker, topics, prefix=prefix, tls=tls)


async def _newest(bus: MqttBus, job: str, broker: BrokerUrl) -> str:
    """The job's newest run as the broker knows it."""
    with bus.subscribe(f"job/{job}") as messages:
        failure = "does not answer"
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                failure = await bus.tried()
        if failure:
            raise BrokerAway(f"{broker}: {failure}")
        with suppress(TimeoutError):
            async with asyncio.timeout(NOTHING_SECONDS):
                event = (await anext(messages)).data
                return event.run if isinstance(event, NewestRun) else ""
    return ""
