from collections.abc import Iterable

import pytest

from tandem.follow import EARLY, Following
from tandem.progress.envelope import Envelope, now
from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent, NewestRun, RunState, State


def state(run: str, job: str, number: int, word: State) -> RunState:
    return RunState(run=run, job=job, number=number, state=word)


OLD = state("b1", "books", 1, "done")
GOES_ON = state("b2", "books", 2, "running")
ENDS = state("b2", "books", 2, "done")
OTHER = state("o1", "other", 1, "running")
NEWEST = NewestRun(job="books", run="b2")
NOTE = ErrorEvent(run="b2", what="x", message="y")


def shown(name: str, events: Iterable[Event]) -> tuple[list[Event], bool]:
    following = Following(name)
    messages = [Envelope.around(event, "s", 0, now()) for event in events]
    seen = [wanted.data for message in messages for wanted in following.take(message)]
    return seen, following.is_over


@pytest.mark.parametrize(
    ("name", "events", "seen", "is_over"),
    [
        ("", [OLD, GOES_ON, OTHER], [GOES_ON, OTHER], False),
        ("", [OLD], [], False),
        ("", [NOTE, GOES_ON, NOTE], [GOES_ON, NOTE, NOTE], False),
        ("", [GOES_ON, ENDS], [GOES_ON, ENDS], True),
        ("", [OTHER, GOES_ON, ENDS], [OTHER, GOES_ON, ENDS], False),
        ("books", [OLD, GOES_ON, NEWEST, OTHER], [GOES_ON], False),
        ("books", [NEWEST, OLD, NOTE, GOES_ON, ENDS], [GOES_ON, NOTE, ENDS], True),
        ("books", [OLD], [], False),
        ("books/1", [NEWEST, OLD, GOES_ON], [OLD], True),
        ("b2", [OLD, GOES_ON], [GOES_ON], False),
        ("b2", [state("b2", "books", 2, "lost")], [state("b2", "books", 2, "lost")], False),
        ("absent", [OLD, GOES_ON, NEWEST], [], False),
    ],
)
def test_what_a_watcher_is_shown(name: str, events: list[Event], seen: list[Event], is_over: bool) -> None:
    assert shown(name, events) == (seen, is_over)


def test_a_run_whose_state_never_comes_takes_no_memory() -> None:
    following = Following()
    for _ in range(100):
        following.take(Envelope.around(NOTE, "s", 0, now()))
    wanted = following.take(Envelope.around(GOES_ON, "s", 0, now()))
    assert len(wanted) == 1 + EARLY
