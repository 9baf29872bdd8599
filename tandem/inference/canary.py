"""A word at the head of a prompt, asked back in the answer: proof that the head was read."""

from dataclasses import replace
from zlib import crc32

from tandem.inference.outcomes import Answered, Overflowed
from tandem.inference.words import ChatRequest, Message

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron")
FIELD = "check"
_TOKENS = 12  # of the word and its name


def word_of(model: str) -> str:
    """Always the same for one model, so that prompts keep their common beginning."""
    return WORDS[crc32(model.encode()) % len(WORDS)]


def with_canary(request: ChatRequest, model: str) -> ChatRequest:
    """The request with the model's word in front, and asked for at the end, if it wants a canary."""
    schema, word = request.schema, word_of(model)
    if not request.has_canary or schema is None or schema.get("type") != "object":
        return request
    first, *rest = request.messages
    turns = [replace(first, content=f"The check word is {word}.\n{first.content}"), *rest]
    question = f'\nWrite the check word from the very beginning into "{FIELD}".'
    turns[-1] = replace(turns[-1], content=turns[-1].content + question)
    shape = {
        **schema,
        "properties": {FIELD: {"enum": list(WORDS)}, **schema.get("properties", {})},
        "required": [FIELD, *schema.get("required", ())],
    }
    return replace(
        request, messages=tuple[Message, ...](turns), schema=shape, max_tokens=request.max_tokens + 12
    )


def heard(outcome: Answered, word: str, context: int) -> Answered | Overflowed:
    """The answer without the word; an overflow when the model did not know it."""
    parsed = outcome.parsed
    if not isinstance(parsed, dict) or FIELD not in parsed:
        return outcome
    if parsed[FIELD] != word:
        return Overflowed("canary", outcome.usage.tokens_in, context, outcome.usage)
    return replace(outcome, parsed={name: value for name, value in parsed.items() if name != FIELD})
