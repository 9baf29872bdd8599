"""Carries what a run tells to a broker: the one that is named, or a small one of its own."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tandem.broker_choice import BrokerChoice
from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.bus import Subscription
from tandem.progress.embedded import BrokerNotStarted, EmbeddedBroker
from tandem.progress.envelope import Envelope
from tandem.progress.listen import subscribe_command
from tandem.show_progress import Style

REQUESTS = "cmd/request/+"


@dataclass(frozen=True, slots=True)
class Publication:
    """One run's progress on its way to a broker, and what is asked of it on its way back."""

    choice: BrokerChoice
    prefix: str
    workspace: Path
    announcer: Announcer
    style: Style
    answer: Callable[[Subscription], Awaitable[None]]  # serves requests until their subscription ends
    will: Callable[[], Envelope | None] | None = None  # what is said for a process that dies; None: "lost"

    async def carry(self, messages: Subscription) -> None:
        """Until the bus closes; a broker that fails costs messages, never the run."""
        try:
            await self._carry(messages)
        finally:
            messages.close()  # nobody is told any more, so nothing waits and nothing counts as lost

    async def _carry(self, messages: Subscription) -> None:
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

        topic = f"{self.prefix}/v1/run/{self.announcer.run}/#"
        self._say(f"progress: {subscribe_command(url, topic, self.choice.tls)}")
        will = (self.will or self.announcer.last_will)()
        async with MqttBus(url, prefix=self.prefix, will=will, tls=self.choice.tls) as mqtt:
            self.announcer.count_dropped_by(mqtt)
            with mqtt.subscribe(REQUESTS) as requests:
                answering = asyncio.ensure_future(self.answer(requests))
                try:
                    async for message in messages:
                        mqtt.publish(message)
                finally:
                    requests.close()
                    await answering

    def _say(self, line: str) -> None:
        if self.style is not Style.SILENT:
            with suppress(OSError):
                sys.stderr.write(f"{line}\n")
