"""The quickstart job, pointed at the demo shop where it is served this time."""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tandem.job import Job
from tandem.job_file import LoadedJob, load_job
from tandem.problem import CommandError
from tandem.workspace_access import reading

USUAL_PORT = 8750
_INSTALLED = Path(__file__).parent / "demo" / "quickstart.yaml"
_IN_SOURCES = Path(__file__).parents[1] / "examples" / "quickstart.yaml"


def quickstart(shop_url: str, changes: list[str]) -> LoadedJob:
    """The bundled job, with the shop's address as its seed."""
    file = _INSTALLED if _INSTALLED.is_file() else _IN_SOURCES
    return load_job(str(file), [f"seeds={json.dumps([shop_url])}", *changes])


def free_port(workspace: Path) -> int:
    """The port of the run before, since another port is another site; else the usual one, or 0 for any."""
    for port in (_last_port(workspace), USUAL_PORT):
        if port and _is_free(port):
            return port
    return 0


def _last_port(workspace: Path) -> int:
    try:
        with reading(workspace) as store:
            run = store.find_run("quickstart")
    except CommandError:
        return 0
    if run is None:
        return 0
    seed = Job.model_validate_json(run.job_file).seeds[0].url
    return urlsplit(seed or "").port or 0


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
