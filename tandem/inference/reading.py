"""Proves, as far as counts can, that a server read all of a prompt."""

from tandem.inference import canary
from tandem.inference.outcomes import Answered, ChatOutcome, Invalid, Overflowed, Truncated
from tandem.inference.tokens import Tokens
from tandem.inference.words import ChatRequest


def text_of(request: ChatRequest) -> str:
    """All that is said."""
    return "".join(message.content for message in request.messages)


def overflow(request: ChatRequest, tokens: Tokens, context: int) -> Overflowed | None:
    """What surely does not fit is not even sent."""
    text = text_of(request)
    if tokens.least(text) <= context:
        return None
    return Overflowed("estimated", tokens.estimate(text), context)


def read_whole(request: ChatRequest, outcome: ChatOutcome, tokens: Tokens, context: int) -> ChatOutcome:
    """The outcome, or a silent overflow; a count that can be believed is learned from."""
    if not isinstance(outcome, Answered | Truncated | Invalid) or not outcome.usage.tokens_in:
        return outcome
    if any(message.images for message in request.messages):
        return outcome  # what a picture costs differs from model to model
    text, counted = text_of(request), outcome.usage.tokens_in
    if counted < tokens.least(text):
        return Overflowed("silent", tokens.estimate(text), min(counted, context), outcome.usage)
    if tokens.is_calibrated or tokens.estimate(text) <= context:  # else it may have been cut, for all we know
        tokens.learn(text, counted)
    return outcome


def canary_heard(request: ChatRequest, outcome: ChatOutcome, model: str, context: int) -> ChatOutcome:
    """The outcome without the canary's word, where one was sent along."""
    if not request.has_canary or not isinstance(outcome, Answered):
        return outcome
    return canary.heard(outcome, canary.word_of(model), context)
