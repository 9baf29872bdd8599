"""Asks the fast tier which place holds a field: one short question, one answer that only points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scraper.selection.question import ANSWER_TOKENS, Doubt, Pick, Question, questions
from tandem.inference.outcomes import Answered, ChatOutcome, Failure, TimedOut, Unavailable, Warming
from tandem.inference.words import ChatRequest, Lane, Limits, Message, Role

# A short question: a model that needs longer is in trouble, and the built-in answer stands already.
PATIENCE = Limits(queue_seconds=60.0, first_seconds=60.0, idle_seconds=10.0, total_seconds=120.0)


class FastTier(Protocol):
    """The model of the fast tier, as `tandem.inference.model` has it."""

    async def ask(self, request: ChatRequest) -> ChatOutcome:
        """One answer; every outcome is a value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking about one page."""

    picks: tuple[Pick, ...] = ()
    failure: Failure | None = None  # of the first question that was not answered

    @property
    def is_away(self) -> bool:
        """Whether there was nobody to answer in time; anything else is an answer of its kind, and final."""
        is_late = isinstance(self.failure, TimedOut) and self.failure.reason in {"queue", "first"}
        return is_late or isinstance(self.failure, Unavailable | Warming)


async def ask_about(tier: FastTier, doubts: Sequence[Doubt]) -> Answer:
    """The picks for all doubts of a page."""
    picks: list[Pick] = []
    for question in questions(doubts):
        outcome = await tier.ask(request_of(question))
        if not isinstance(outcome, Answered):
            return Answer(tuple(picks), outcome)
        picks += question.picks(_object(outcome.parsed))
    return Answer(tuple(picks))


def request_of(question: Question) -> ChatRequest:
    """The question as it is sent: what is the same for all pages first."""
    return ChatRequest(
        messages=(Message(Role.SYSTEM, question.head), Message(Role.USER, question.body)),
        lane=Lane.BATCH,
        max_tokens=ANSWER_TOKENS,
        schema=question.schema,
        limits=PATIENCE,
    )


def _object(parsed: Any) -> Mapping[str, Any]:
    return parsed if isinstance(parsed, dict) else {}
