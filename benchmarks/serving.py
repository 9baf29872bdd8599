"""A site served by a process of its own for as long as a block lasts."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import ProxyHandler, build_opener

_direct = build_opener(ProxyHandler({}))


@contextmanager
def serving(module: str, *arguments: str, core: int | None = None) -> Iterator[str]:
    """Starts `python -m module` and gives the URL of its site."""
    pinned = ["taskset", "--cpu-list", str(core)] if core is not None else []
    command = [*pinned, sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        assert port, f"{module} did not start"
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def served(url: str) -> int:
    """Asks a site how many pages it has given out."""
    with _direct.open(f"{url}-/served", timeout=10) as response:
        return int(response.read())
