"""Every backend against a real llama.cpp server with a model of random weights."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import aiohttp
import pytest

from tandem.inference.backend import Delta
from tandem.inference.models import Models, backend_of
from tandem.inference.outcomes import Answered, Embedded
from tandem.inference.schema import problem_with
from tandem.inference.wire import Wire
from tandem.inference.words import Dialect, Endpoint, Lane, Tier
from tests.tandem.inference.asking import COLOUR, ask, endpoint, request
from tests.tandem.inference.backend_conformance import BackendConformance, Stand
from tests.tandem.inference.llama_server import llama_server
from tests.tandem.inference.ollama_shim import OllamaShim

CONTEXT = 1024
LIST = {
    "type": "object",
    "properties": {
        "names": {"type": "array", "items": {"type": "string", "maxLength": 8}, "maxItems": 3},
        "is_sold": {"type": "boolean"},
        "stars": {"type": "integer", "minimum": 0, "maximum": 5},
    },
    "required": ["names", "is_sold", "stars"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("xllamacpp", reason="no wheel of llama.cpp for this platform")
    from tests.tandem.inference.tiny_model import write_model  # its libraries come with that wheel

    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_model(path)
    return path


@pytest.fixture(scope="module")
def llama(model_file: Path) -> Iterator[str]:
    with llama_server(model_file, context=CONTEXT) as address:
        yield address


@pytest.fixture(scope="module")
def embedder(model_file: Path) -> Iterator[str]:
    with llama_server(model_file, slots=1, context=256, embeds=True) as address:
        yield address


class TestLlamaCpp(BackendConformance):
    @pytest.fixture
    async def stand(self, llama: str) -> AsyncIterator[Stand]:
        there = _openai(llama)
        async with Wire(there) as wire:
            yield Stand(backend_of(there, wire), there, embeds=False)


class TestOllamaRoutesOverLlamaCpp(BackendConformance):
    """The real ollama package lists and describes; our own backend chats."""

    @pytest.fixture
    async def stand(self, llama: str, embedder: str) -> AsyncIterator[Stand]:
        async with OllamaShim(llama, embedder) as shim:
            there = endpoint(shim.url, context=CONTEXT, slots=2)
            async with Wire(there) as wire:
                yield Stand(backend_of(there, wire), there)


async def test_a_grammar_holds_whatever_the_model_would_say(llama: str, lanes: Path) -> None:
    async with Models({Tier.FAST: _openai(llama)}, lanes) as models:
        model = models.get(Tier.FAST)
        assert model is not None
        questions = [request(schema=LIST, max_tokens=200, seed=n, temperature=1.0) for n in range(8)]
        outcomes = await asyncio.gather(*map(model.ask, questions))
    assert [type(outcome) for outcome in outcomes] == [Answered] * 8
    answers = [outcome.parsed for outcome in outcomes if isinstance(outcome, Answered)]
    assert not any(problem_with(answer, LIST) for answer in answers)
    assert len({str(answer) for answer in answers}) > 1, "the seeds make a difference"


async def test_a_cancelled_request_frees_its_slot_on_the_server(llama: str) -> None:
    there = _openai(llama)
    async with Wire(there) as wire, asyncio.timeout(20), aiohttp.ClientSession() as session:
        backend = backend_of(there, wire)
        async with aclosing(backend.chat(request(max_tokens=900))) as stream:
            assert isinstance(await anext(stream), Delta)
            assert await _busy(session, llama) == 1
        while await _busy(session, llama):  # noqa: ASYNC110 - another process cannot set an event
            await asyncio.sleep(0.01)
        outcome = await ask(backend, there, request(schema=COLOUR))
    assert outcome.kind == "answered"


async def test_a_common_beginning_is_counted_again_though_it_is_kept(llama: str) -> None:
    there = _openai(llama)
    async with Wire(there) as wire:
        backend = backend_of(there, wire)
        first, again = [await ask(backend, there, request("x" * 300, max_tokens=2)) for _ in range(2)]
    assert first.usage.tokens_in == again.usage.tokens_in > 300


async def test_vectors_come_from_a_server_of_their_own(embedder: str, lanes: Path) -> None:
    async with Models({Tier.EMBED: _openai(embedder)}, lanes) as models:
        model = models.get(Tier.EMBED)
        assert model is not None
        fine = await model.embed(["one", "two"], Lane.BATCH)
        long = await model.embed(["one", "word " * 300], Lane.BATCH)
    assert isinstance(fine, Embedded)
    assert [len(vector) for vector in fine.vectors] == [64, 64]
    assert long.kind == "overflowed"


async def test_warming_finds_that_the_model_obeys_schemas(llama: str, lanes: Path) -> None:
    async with OllamaShim(llama) as shim:
        there = endpoint(shim.url, context=4096, slots=2)
        async with Models({Tier.FAST: there}, lanes) as models:
            model = models.get(Tier.FAST)
            assert model is not None
            probed = await model.warm(Lane.BATCH)
            assert getattr(probed, "obeys_schema", None) is True
            assert model.context == CONTEXT, "what is loaded counts, not what was asked for"


def _openai(address: str) -> Endpoint:
    return endpoint(address, Dialect.OPENAI, context=CONTEXT, slots=2)


async def _busy(session: aiohttp.ClientSession, address: str) -> int:
    async with session.get(f"{address}/slots") as answer:
        return sum(slot["is_processing"] for slot in await answer.json())
