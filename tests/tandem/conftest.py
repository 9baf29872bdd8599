"""A broker for the tests of the front door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tandem.progress.mosquitto import Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """For anyone."""
    with Mosquitto(tmp_path) as broker:
        yield broker
