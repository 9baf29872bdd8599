"""Short ways to ask, for the tests of this room."""

from typing import Any

from tandem.inference.backend import Backend
from tandem.inference.listen import Patience, listen
from tandem.inference.outcomes import ChatOutcome
from tandem.inference.words import PLAIN, ChatRequest, Dialect, Endpoint, Lane, Manner, Message, Role

COLOUR = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "green"]}, "count": {"enum": [0, 3, 7]}},
    "required": ["colour", "count"],
    "additionalProperties": False,
}


def endpoint(url: str, dialect: Dialect = Dialect.OLLAMA, **more: Any) -> Endpoint:
    """The scripted server's model."""
    return Endpoint(url, more.pop("model", "tiny"), dialect, **{"context": 4096, **more})


def request(text: str = "Which colour?", **more: Any) -> ChatRequest:
    """A question in the batch lane."""
    rules = Message(Role.SYSTEM, "You know colours.")
    fields = {"lane": Lane.BATCH, "max_tokens": 64, **more}
    return ChatRequest(messages=(rules, Message(Role.USER, text)), **fields)


async def ask(
    backend: Backend, server: Endpoint, question: ChatRequest, manner: Manner = PLAIN
) -> ChatOutcome:
    """The outcome, straight from a backend."""
    return await listen(backend.chat(question, manner), question, Patience.of(question, server))
