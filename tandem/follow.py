"""Follows runs from outside: which of the messages on a broker are wanted, and when all is said."""

from dataclasses import dataclass, field

from tandem.progress.envelope import Envelope
from tandem.progress.event import OfRun
from tandem.progress.events import ENDED, NewestRun, RunState

EARLY = 8  # messages of a run that are kept until it is known whether it is wanted


@dataclass(slots=True)
class _Seen:
    """One run as far as it was heard of."""

    state: RunState | None = None
    said: Envelope | None = None  # the message with the state
    early: list[Envelope] = field(default_factory=list)
    went_on: bool = False  # whether it was seen before its end
    is_shown: bool = False


class Following:
    """The runs that one watcher follows: all that go on, or those of one name."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._newest: dict[str, str] = {}  # run by job
        self._runs: dict[str, _Seen] = {}

    def take(self, message: Envelope) -> list[Envelope]:
        """The messages to show now that this one has come, in order."""
        event = message.data
        if isinstance(event, NewestRun):
            self._newest[event.job] = event.run
            return self._begun(event.run)
        if not isinstance(event, OfRun):
            return []
        seen = self._runs.setdefault(event.run, _Seen())
        if isinstance(event, RunState):
            seen.state, seen.said = event, message
            seen.went_on = seen.went_on or event.state not in ENDED
        elif not seen.is_shown:
            seen.early = [*seen.early, message][-EARLY:]
        if seen.is_shown:
            return [message] if self._wants(seen) else []
        return self._begun(event.run)

    @property
    def states(self) -> list[RunState]:
        """How things stand with the runs that are followed."""
        return [seen.state for seen in self._runs.values() if seen.state is not None and self._wants(seen)]

    @property
    def is_over(self) -> bool:
        """Whether there are runs that are followed and all of them have ended."""
        return bool(self.states) and all(state.state in ENDED for state in self.states)

    def _begun(self, run: str) -> list[Envelope]:
        """What was held back of a run that turns out to be wanted."""
        seen = self._runs.get(run)
        if seen is None or seen.said is None or seen.is_shown or not self._wants(seen):
            return []
        held, seen.early, seen.is_shown = seen.early, [], True
        return [seen.said, *held]

    def _wants(self, seen: _Seen) -> bool:
        state = seen.state
        if state is None:
            return False
        if not self._name:
            return seen.went_on
        if self._name == state.job:
            return self._newest.get(state.job) == state.run
        return self._name in {state.run, f"{state.job}/{state.number}"}
