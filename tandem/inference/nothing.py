"""The server of a tier that has none: it says no, at once."""

from collections.abc import AsyncGenerator, Sequence

from tandem.inference.backend import Piece
from tandem.inference.outcomes import EmbedOutcome, Failure, Refused
from tandem.inference.words import PLAIN, ChatRequest, Description, Manner

_NO = Refused("no_tier", "no model is configured for this tier")


class NoBackend:
    """No model."""

    async def chat(self, request: ChatRequest, manner: Manner = PLAIN) -> AsyncGenerator[Piece, None]:  # noqa: ARG002 - as every backend
        """No."""
        yield _NO

    async def embed(self, texts: Sequence[str]) -> EmbedOutcome:  # noqa: ARG002 - as every backend
        """No."""
        return _NO

    async def describe(self) -> Description | Failure:
        """No."""
        return _NO

    async def release(self) -> None:
        """Nothing to let go."""
