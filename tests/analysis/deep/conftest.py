"""A desk for reports, with scripted models."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tandem.inference.models import Models
from tandem.inference.words import Endpoint, Tier
from tests.analysis.deep.desk import Desk, OpenDesk
from tests.analysis.deep.reading_model import ReadingModel
from tests.tandem.inference.scripted_server import ScriptedServer


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[OpenDesk]:
    """Opens a desk: `await desk(deep=model, fast=model)`; a context of so many tokens."""
    async with AsyncExitStack() as stack:

        async def opened(context: int = 4096, **models: ReadingModel) -> Desk:
            servers, endpoints = {}, {}
            for name, model in models.items():
                server = await stack.enter_async_context(ScriptedServer())
                server.script.answer = model
                server.script.context = context
                servers[Tier(name)] = server
                endpoints[Tier(name)] = Endpoint(server.url, "tiny", context=context)
            opened_models = await stack.enter_async_context(Models(endpoints, tmp_path / "lanes"))
            return Desk(tmp_path, servers, opened_models)

        yield opened
