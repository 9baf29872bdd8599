"""Gives every event of one run its number and time, and hands it to the bus."""

import time
from collections.abc import Callable
from datetime import datetime

from tandem.progress.bus import Bus
from tandem.progress.envelope import MAX_BYTES, Envelope, now
from tandem.progress.event import Event
from tandem.progress.events import RunState, State
from tandem.progress.fit import fitted

MOST_REASON = 2_000  # characters


class Announcer:
    """Speaks for one run; numbers begin at the milliseconds since the epoch, so that they also grow from one
    process of a run to the next."""

    def __init__(
        self,
        run: str,
        job: str,
        number: int,
        *,
        clock: Callable[[], datetime] = now,
        first: int | None = None,
    ) -> None:
        self.run = run
        self._job = job
        self._number = number
        self._clock = clock
        self._seq = int(time.time() * 1000) if first is None else first
        self._bus: Bus | None = None
        self._counted: list[Bus] = []
        self._cut = 0

    def connect(self, bus: Bus) -> None:
        """Names who gets what is said from now on."""
        self._bus = bus
        self._counted.append(bus)

    def count_dropped_by(self, bus: Bus) -> None:
        """Counts what a bus further on had to drop, too."""
        self._counted.append(bus)

    def say(self, event: Event) -> None:
        """Tells everyone, in as many messages as it takes; no message is larger than any broker takes."""
        message = self._envelope(event)
        if len(message.payload) <= MAX_BYTES:
            self._publish(message)
            return
        parts, cut = fitted(event)
        self._cut += cut
        for part in parts:
            self._publish(self._envelope(part))

    def say_state(self, state: State, reason: str = "", exit_code: int | None = None) -> None:
        """Tells everyone what the run does now."""
        self.say(self._state(state, reason[:MOST_REASON], exit_code))

    def last_will(self) -> Envelope:
        """What a broker says for the run when it does not speak any more."""
        return self._envelope(self._state("lost", "the process is gone or does not answer", None))

    def state_as_will(self, state: State, reason: str, exit_code: int | None) -> Envelope:
        """For who speaks of a run that has ended: it stays as it was, whatever becomes of the speaker."""
        return self._envelope(self._state(state, reason[:MOST_REASON], exit_code))

    @property
    def dropped(self) -> int:
        """Messages that somebody should have got and did not, and parts that were too long to tell."""
        return self._cut + sum(bus.dropped for bus in self._counted)

    def _publish(self, message: Envelope) -> None:
        if self._bus is not None:
            self._bus.publish(message)

    def _state(self, state: State, reason: str, exit_code: int | None) -> RunState:
        return RunState(
            run=self.run, job=self._job, number=self._number, state=state, reason=reason, exit_code=exit_code
        )

    def _envelope(self, event: Event) -> Envelope:
        self._seq += 1
        return Envelope.around(event, f"/tandem/run/{self.run}", self._seq, self._clock())
