"""Tandem as a benchmark drives it: a job file, the command line, and what the workspace holds afterwards."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TANDEM = Path(sys.executable).parent / "tandem"


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard a job presses its one host."""

    concurrency: int = 64
    retries: int = 2
    content: bool = False  # read, beside the links


def write_job(path: Path, url: str, max_pages: int, pace: Pace = Pace()) -> Path:
    """Writes a job that crawls the site of this URL without pauses."""
    job = {
        "name": "benchmark",
        "seeds": [url],
        "scope": {"within": "host", "max_pages": max_pages, "max_depth": 100, "max_minutes": 600},
        "crawl": {
            "concurrency": pace.concurrency,
            "per_host": pace.concurrency,
            "delay": 0,
            "retries": pace.retries,
            "sitemaps": False,
            "render": "never",
            "content": pace.content,
            "allow_private_hosts": [urlsplit(url).hostname],
        },
        "models": {"profile": "none"},
        "progress": {"broker": "off"},
    }
    path.write_text(json.dumps(job))  # JSON is YAML
    return path


def run_command(job: Path, workspace: Path) -> list[str]:
    """Gives the command that runs or continues the job."""
    return [str(TANDEM), "run", str(job), "--workspace", str(workspace), "--no-analysis", "--json"]


def has_ended_well(workspace: Path) -> bool:
    """Says whether a killed process had written the good end of its run: the next would begin another."""
    command = [str(TANDEM), "runs", "--json", "--workspace", str(workspace)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return any(json.loads(line)["exit_code"] == 0 for line in done.stdout.splitlines())


@dataclass(frozen=True, slots=True)
class Stored:
    """One visit as the workspace tells it."""

    url: str
    key: str
    outcome: str
    reason: str
    status: int
    body_sha256: str


def stored(workspace: Path) -> Iterator[Stored]:
    """Gives every visit of the workspace's only run, bodies hashed as they come out of the store."""
    sql = (
        "SELECT url, key, outcome, reason, coalesce(status, 0) AS status, "
        "coalesce(sha256(body), '') AS body_sha256 FROM pages"
    )
    command = [str(TANDEM), "query", sql, "--workspace", str(workspace), "--format", "jsonl"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        yield Stored(**{name: row[name] for name in Stored.__slots__})
