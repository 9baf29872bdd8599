"""The broker's settings of compose.yaml, read by a real mosquitto."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SETTINGS = Path(__file__).parents[2] / "deployment" / "mosquitto.conf"
CONNECT = bytes([0x10, 13, 0, 4]) + b"MQTT" + bytes([4, 2, 0, 15, 0, 1]) + b"t"
ACCEPTED = bytes([0x20, 2, 0, 0])

pytestmark = pytest.mark.broker


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(SETTINGS.read_text().replace("listener 1883 0.0.0.0", f"listener {port} 127.0.0.1"))
    with subprocess.Popen(["mosquitto", "-c", settings], stderr=subprocess.DEVNULL) as broker:
        yield port
        broker.terminate()


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_the_broker_takes_clients_without_a_name(port: int) -> None:
    with _connect(port) as client:
        client.sendall(CONNECT)
        assert client.recv(4) == ACCEPTED
