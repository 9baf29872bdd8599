"""Starts and ends a real llama.cpp server with a model that was written on the spot."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACE = Path(__file__).parents[3]


@contextmanager
def llama_server(model: Path, *, slots: int = 2, context: int = 1024, embeds: bool = False) -> Iterator[str]:
    """Its address."""
    task = "embeds" if embeds else "chats"
    command = [sys.executable, "-m", "tests.tandem.inference.llama_process", str(model)]
    process = subprocess.Popen(
        [*command, str(slots), str(context), task],
        cwd=PLACE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the server did not start"
        yield address
    finally:
        process.kill()
        process.communicate()
