"""Workspaces and ledgers for the tests of the store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.ledger import Ledger
from storage.workspace import ledger_path, prepare


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


@pytest.fixture
async def ledger(workspace: Path) -> AsyncIterator[Ledger]:
    async with Ledger(ledger_path(workspace)) as ledger:
        yield ledger
