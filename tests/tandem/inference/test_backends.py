"""Every backend against the scripted server."""

from collections.abc import AsyncIterator

import pytest

from tandem.inference.models import backend_of
from tandem.inference.nothing import NoBackend
from tandem.inference.wire import Wire
from tandem.inference.words import Dialect
from tests.tandem.inference.asking import endpoint
from tests.tandem.inference.backend_conformance import BackendConformance, Stand
from tests.tandem.inference.script import Script
from tests.tandem.inference.scripted_server import ScriptedServer


class TestOllama(BackendConformance):
    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with ScriptedServer(Script(slots=2)) as server:
            there = endpoint(server.url, slots=2)
            async with Wire(there) as wire:
                yield Stand(backend_of(there, wire), there)


class TestOpenAi(BackendConformance):
    @pytest.fixture
    async def stand(self) -> AsyncIterator[Stand]:
        async with ScriptedServer(Script(slots=2)) as server:
            there = endpoint(server.url, Dialect.OPENAI, slots=2)
            async with Wire(there) as wire:
                yield Stand(backend_of(there, wire), there)


class TestNothing(BackendConformance):
    @pytest.fixture
    def stand(self) -> Stand:
        return Stand(NoBackend(), endpoint(""), says_no=True)
