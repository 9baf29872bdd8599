"""Shows runs from anywhere, as `run` itself shows its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tandem.broker_choice import BrokerChoice
from tandem.broker_place import BrokerPlace
from tandem.exit_codes import ExitCode
from tandem.follow import Following
from tandem.problem import UsageError
from tandem.progress.bus import Subscription
from tandem.progress.envelope import Envelope
from tandem.progress.mqtt import MqttBus
from tandem.show_progress import Style, show_progress

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 2.0  # then it is said that nothing has come


@asynccontextmanager
async def connected(choice: BrokerChoice, prefix: str) -> AsyncIterator[MqttBus]:
    """A bus that has reached its broker; UsageError when it does not."""
    assert choice.url is not None  # noqa: S101 - a place gives a broker that it knows
    async with MqttBus(choice.url, prefix=prefix, tls=choice.tls) as bus:
        failure = f"no answer within {CONNECT_SECONDS:.0f} s"
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                failure = await bus.tried()
        if failure:
            raise UsageError(f"{choice.url}: {failure}")
        yield bus


async def watch(place: BrokerPlace, name: str, style: Style) -> int:
    """Until the run that is named, or that of the workspace, has ended; its exit code."""
    if place.now() is None:
        _say_waiting(place, name)
    choice = await place.found()
    async with connected(choice, place.prefix) as bus:
        return await _Watch(place, choice, bus, name).shown(style)


class _Watch:
    """One look at one broker."""

    def __init__(self, place: BrokerPlace, choice: BrokerChoice, bus: MqttBus, name: str) -> None:
        self._place = place
        self._choice = choice
        self._bus = bus
        self._name = name
        self._following = Following(name)

    async def shown(self, style: Style) -> int:
        shown = Subscription("#", _nobody_leaves)
        async with asyncio.TaskGroup() as group:
            group.create_task(show_progress(shown, style), name="show")
            try:
                await self._pass_on(shown)
            finally:
                shown.close()
        return self._end(style)

    async def _pass_on(self, shown: Subscription) -> None:
        silent_for = 0.0
        with self._bus.subscribe("#") as messages:
            while not shown.is_closed and not self._is_over():
                message = await _next(messages)
                if message is not None:
                    for wanted in self._following.take(message):
                        shown.offer(wanted)
                    continue
                silent_for += LOOK_SECONDS
                if silent_for == PATIENCE_SECONDS and not self._following.states:
                    _say_waiting(self._place, self._name)

    def _is_over(self) -> bool:
        if self._following.is_over:
            # A broker for everyone may have further runs, that of a workspace serves one.
            return bool(self._name) or self._place.choice is None
        return self._place.choice is None and not self._bus.is_connected and self._place.now() != self._choice

    def _end(self, style: Style) -> int:
        states = self._following.states
        if not states:
            sys.stderr.write("the broker is gone, and with it the run that it served\n")
            return ExitCode.NO
        last = states[-1]
        if style is not Style.JSON:
            because = f": {last.reason}" if last.reason else ""
            sys.stdout.write(f"{last.job}/{last.number} is {last.state}{because}\n")
        if last.exit_code is not None:
            return last.exit_code
        return ExitCode.OK if last.state == "done" else ExitCode.NO


async def _next(messages: Subscription) -> Envelope | None:
    """The next message, or None after a while, so that the rest is looked after."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await anext(messages)
    except TimeoutError:
        return None


def _say_waiting(place: BrokerPlace, name: str) -> None:
    sys.stderr.write(f"waiting for {name or 'a run'} {place.words}; Ctrl-C ends this\n")


def _nobody_leaves(_: Subscription) -> None:
    """A queue of our own, which no bus knows."""
