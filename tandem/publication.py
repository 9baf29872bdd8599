"""Carries what a run tells to a broker: the one that is named, or a small one of its own."""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tandem.environment import Environment
from tandem.job import Progress
from tandem.problem import UsageError
from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import BadBrokerUrl, BrokerUrl, read_broker_url
from tandem.progress.bus import Subscription
from tandem.progress.embedded import BrokerNotStarted, EmbeddedBroker
from tandem.show_progress import Style


@dataclass(frozen=True, slots=True)
class BrokerChoice:
    """Where to publish; without a URL to an embedded broker, or nowhere."""

    url: BrokerUrl | None = None
    is_off: bool = False


def choose_broker(progress: Progress, environment: Environment, variables: Mapping[str, str]) -> BrokerChoice:
    """The job's broker; `auto` means the environment's, or an embedded one."""
    named = environment.broker if progress.broker == "auto" else progress.broker
    if named == "off":
        return BrokerChoice(is_off=True)
    if named in {"", "auto", "embedded"}:
        return BrokerChoice()
    password = variables.get(progress.password.env) if progress.password else None
    try:
        return BrokerChoice(read_broker_url(named, password))
    except BadBrokerUrl as error:
        raise UsageError(error) from error


@dataclass(frozen=True, slots=True)
class Publication:
    """One run's progress on its way to a broker."""

    choice: BrokerChoice
    prefix: str
    workspace: Path
    announcer: Announcer
    style: Style

    async def carry(self, messages: Subscription) -> None:
        """Until the bus closes; a broker that fails costs messages, never the run."""
        if self.choice.is_off:
            return
        if self.choice.url is not None:
            await self._carry_to(self.choice.url, messages)
            return
        try:
            broker = await EmbeddedBroker.start(self.workspace)
        except (BrokerNotStarted, OSError) as error:
            self._say(f"note: {error}")
            return
        try:
            await self._carry_to(broker.url, messages)
        finally:
            await asyncio.shield(broker.stop())

    async def _carry_to(self, url: BrokerUrl, messages: Subscription) -> None:
        from tandem.progress.mqtt import MqttBus  # noqa: PLC0415 - costs a run without a broker its start

        self._say(f"progress: {url}, topic {self.prefix}/v1/run/{self.announcer.run}/#")
        async with MqttBus(url, prefix=self.prefix, will=self.announcer.last_will()) as mqtt:
            self.announcer.count_dropped_by(mqtt)
            async for message in messages:
                mqtt.publish(message)

    def _say(self, line: str) -> None:
        if self.style is not Style.SILENT:
            with suppress(OSError):
                sys.stderr.write(f"{line}\n")
