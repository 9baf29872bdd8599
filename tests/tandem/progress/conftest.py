"""Real brokers on free ports of loopback, each for one test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme

from tandem.progress.embedded import EmbeddedBroker
from tests.tandem.progress.mosquitto import PASSWORD, USER, Access, Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """For anyone."""
    with Mosquitto(tmp_path) as broker:
        yield broker


@pytest.fixture
def guarded_mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """For one user with a password."""
    with Mosquitto(tmp_path, Access(USER, PASSWORD)) as broker:
        yield broker


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_mosquitto(tmp_path: Path, authority: trustme.CA) -> Iterator[Mosquitto]:
    """For those who show a certificate of its authority."""
    with Mosquitto(tmp_path, authority=authority) as broker:
        yield broker


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    broker = await EmbeddedBroker.start(tmp_path)
    yield broker
    await broker.stop()
