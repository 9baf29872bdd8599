"""Finds out how a model must be spoken to: flags that its server takes, thinking that lets schemas work."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tandem.inference.outcomes import Answered, ChatOutcome, EmbedOutcome, Refused, Truncated
from tandem.inference.words import NO_LIMITS, ChatRequest, Description, Lane, Limits, Manner, Message, Role

Ask = Callable[[ChatRequest, Manner], Awaitable[ChatOutcome]]
_FLAGS = (Manner(), Manner(has_shift=False), Manner(has_truncate=False, has_shift=False))
_THINKING: tuple[bool | str, ...] = (False, "low")
_THINKING_TOKENS = 600
_LOADING = Limits(first_seconds=1800.0)  # 40 GB from a slow disk
_RULES = (
    "You check that a connection works. You are given a question about a number. Answer as short as you can."
)
_SHAPE = {
    "type": "object",
    "properties": {"number": {"enum": [1, 2]}},
    "required": ["number"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Probed:
    """What probing found."""

    manner: Manner
    obeys_schema: bool | None  # None when it could not be asked
    outcome: ChatOutcome | EmbedOutcome  # of the last request


def tiny(lane: Lane, tokens: int = 1, limits: Limits = NO_LIMITS) -> ChatRequest:
    """A request that costs next to nothing."""
    turns = (Message(Role.SYSTEM, _RULES), Message(Role.USER, 'Which one, 1 or 2? Answer {"number": 1}.'))
    return ChatRequest(messages=turns, lane=lane, max_tokens=tokens, limits=limits)


def is_alive(outcome: ChatOutcome | EmbedOutcome) -> bool:
    """Whether the model said something; one token is a cut answer, and an empty one is an answer too."""
    return isinstance(outcome, Answered | Truncated) or outcome.kind == "invalid"


async def load(ask: Ask, lane: Lane) -> Probed:
    """Has the model loaded, and finds the flags that its server takes."""
    request = tiny(lane, limits=_LOADING)
    manner, outcome = _FLAGS[0], await ask(request, _FLAGS[0])
    for other in _FLAGS[1:]:
        if not (isinstance(outcome, Refused) and outcome.reason == "rejected"):
            break
        manner, outcome = other, await ask(request, other)
    return Probed(manner, None, outcome)


async def find_manner(ask: Ask, description: Description, lane: Lane) -> Probed:
    """The manner in which the model takes everything that is asked of it, as far as there is one."""
    loaded = await load(ask, lane)
    manner, outcome = loaded.manner, loaded.outcome
    if not is_alive(outcome):
        return loaded
    first_count = outcome.usage.tokens_in
    probed = await _find_thinking(ask, manner, description, lane)
    again = probed.outcome.usage.tokens_in
    if first_count and again and again < first_count / 2:
        probed = replace(probed, manner=replace(probed.manner, has_full_counts=False))
    return probed


async def _find_thinking(ask: Ask, manner: Manner, description: Description, lane: Lane) -> Probed:
    thoughts = _THINKING if "thinking" in description.capabilities else ()
    outcome: ChatOutcome
    for think in thoughts:
        spoken = replace(manner, think=think)
        outcome = await ask(_shaped(lane, 40 if think is False else _THINKING_TOKENS), spoken)
        if isinstance(outcome, Answered):
            return Probed(spoken, obeys_schema=True, outcome=outcome)
    outcome = await ask(_shaped(lane, _THINKING_TOKENS if thoughts else 40), manner)
    is_judged = isinstance(outcome, Answered) or outcome.kind in {"invalid", "truncated"}
    return Probed(manner, isinstance(outcome, Answered) if is_judged else None, outcome)


def _shaped(lane: Lane, tokens: int) -> ChatRequest:
    return replace(tiny(lane, tokens), schema=_SHAPE)
