"""What every backend has to do, whatever its server is; a tier without a server says no to all of it."""

from contextlib import aclosing
from dataclasses import dataclass, field

from tandem.inference.backend import Backend, Delta, End
from tandem.inference.outcomes import Answered, Embedded, Overflowed, Refused, Truncated
from tandem.inference.schema import problem_with
from tandem.inference.words import Description, Endpoint
from tests.tandem.inference.asking import COLOUR, ask, request


@dataclass(frozen=True, slots=True)
class Stand:
    """A backend under test."""

    backend: Backend
    endpoint: Endpoint
    says_no: bool = False
    embeds: bool = True
    long_text: str = field(default="word " * 8000, repr=False)  # more than the context


class BackendConformance:
    """The suite; a class of tests gives the fixture `stand`."""

    async def test_a_stream_ends_with_one_end_and_nothing_after_it(self, stand: Stand) -> None:
        async with aclosing(stand.backend.chat(request(max_tokens=8))) as stream:
            pieces = [piece async for piece in stream]
        assert all(isinstance(piece, Delta) for piece in pieces[:-1])
        assert isinstance(pieces[-1], Refused if stand.says_no else End)

    async def test_an_answer_has_words_and_counts(self, stand: Stand) -> None:
        outcome = await ask(stand.backend, stand.endpoint, request(max_tokens=400))
        if stand.says_no:
            assert outcome == Refused("no_tier", outcome.detail, outcome.usage)
            return
        assert isinstance(outcome, Answered | Truncated)
        assert outcome.text
        assert outcome.usage.tokens_in > 0
        assert 0 < outcome.usage.tokens_out <= 400

    async def test_an_answer_keeps_to_its_schema(self, stand: Stand) -> None:
        outcome = await ask(stand.backend, stand.endpoint, request(schema=COLOUR))
        if stand.says_no:
            assert outcome.kind == "refused"
            return
        assert isinstance(outcome, Answered)
        assert problem_with(outcome.parsed, COLOUR) == ""

    async def test_an_answer_at_its_limit_is_cut_and_says_so(self, stand: Stand) -> None:
        outcome = await ask(stand.backend, stand.endpoint, request(schema=COLOUR, max_tokens=3))
        assert (outcome.kind, outcome.reason) == (
            ("refused", "no_tier") if stand.says_no else ("truncated", "length")
        )

    async def test_a_prompt_that_is_too_long_overflows_with_counts(self, stand: Stand) -> None:
        outcome = await ask(stand.backend, stand.endpoint, request(stand.long_text))
        if stand.says_no:
            assert outcome.kind == "refused"
            return
        assert isinstance(outcome, Overflowed)
        assert outcome.tokens > outcome.context > 0

    async def test_a_closed_stream_leaves_the_model_free_for_the_next(self, stand: Stand) -> None:
        for _ in range(3 * stand.endpoint.slots):
            async with aclosing(stand.backend.chat(request(max_tokens=400))) as stream:
                await anext(stream)
        outcome = await ask(stand.backend, stand.endpoint, request(schema=COLOUR))
        assert outcome.kind == ("refused" if stand.says_no else "answered")

    async def test_each_text_has_its_vector(self, stand: Stand) -> None:
        outcome = await stand.backend.embed(["one", "two", "one"])
        if stand.says_no or not stand.embeds:
            assert outcome.kind in {"refused", "unavailable"}
            return
        assert isinstance(outcome, Embedded)
        first, second, third = outcome.vectors
        assert len(first) == len(second) > 1
        assert first == third != second

    async def test_a_model_is_described_without_being_asked_anything(self, stand: Stand) -> None:
        described = await stand.backend.describe()
        if stand.says_no:
            assert isinstance(described, Refused)
            return
        assert isinstance(described, Description)
        assert described.is_present
        assert described.most_context

    async def test_a_model_can_be_let_go_twice(self, stand: Stand) -> None:
        await stand.backend.release()
        await stand.backend.release()
        outcome = await ask(stand.backend, stand.endpoint, request(schema=COLOUR))
        assert outcome.kind == ("refused" if stand.says_no else "answered")
