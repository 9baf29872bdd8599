"""What the tests of this room share: a scripted server, and a place for lanes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.tandem.inference.scripted_server import ScriptedServer


@pytest.fixture
def lanes(tmp_path: Path) -> Path:
    """A folder for the lanes of one test."""
    return tmp_path / "lanes"


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    """A server that does as its script says; tests change the script."""
    async with ScriptedServer() as server:
        yield server
