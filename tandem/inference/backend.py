"""The border of this room: what every kind of model server has to do."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tandem.inference.outcomes import NOTHING, EmbedOutcome, Failure, Usage
from tandem.inference.words import PLAIN, ChatRequest, Description, Manner


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer; a thought is counted and thrown away."""

    text: str
    is_thought: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The server says that it is done: `stop`, or `length` when it was cut."""

    reason: str
    usage: Usage = NOTHING


Piece = Delta | End | Failure


class Backend(Protocol):
    """A model behind a protocol. Closing the stream of an answer closes its connection."""

    def chat(self, request: ChatRequest, manner: Manner = PLAIN) -> AsyncGenerator[Piece, None]:
        """Pieces of the answer; the last one is an End or a Failure."""

    async def embed(self, texts: Sequence[str]) -> EmbedOutcome:
        """One vector for each text; what is too long is refused, never cut."""

    async def describe(self) -> Description | Failure:
        """What the server says about the model, without loading it."""

    async def release(self) -> None:
        """Lets the model go out of memory, where the server can be told so."""
