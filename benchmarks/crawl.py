"""Pages per CPU-second of Tandem and other crawlers on the same generated site: python -m benchmarks.crawl

Every crawler runs pinned to one core, follows all links and reads a title and one more element. CPU seconds
count the whole process tree. Tandem asks robots.txt and commits every page durably; the others do neither.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Measured
from benchmarks.serving import served, serving
from benchmarks.tandem_run import Pace, run_command, write_job

HOME = Path(__file__).parents[1]
PEERS = HOME / "benchmarks" / "peers"
ENVIRONMENT = HOME / ".bench" / "venv"
WITH_CONTENT = "tandem+content"
OURS = ("tandem", WITH_CONTENT)
PACKAGES = {"scrapling": "scrapling", "crawlee": "crawlee", "scrapy": "scrapy"}
# More made none of the peers faster.
PEER_CONCURRENCY = 16
WANTED_RATE, WANTED_RATIO, WANTED_MB = 1500, 3.0, 200
WANTED_CONTENT_RATE = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One crawler's best run."""

    name: str
    pages: int
    measured: Measured

    @property
    def rate(self) -> float:
        """Pages per CPU-second."""
        return self.pages / self.measured.cpu_seconds

    @property
    def wall_rate(self) -> float:
        """Pages per second on the clock."""
        return self.pages / self.measured.wall_seconds


def install_peers() -> None:
    """Makes the peers' own environment, once per list of versions."""
    wanted = (PEERS / "requirements.txt").read_text()
    stamp = ENVIRONMENT / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the peers into .bench/venv, once …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    log = ENVIRONMENT / "pip.log"
    command = [*pip, "install", "--requirement", str(PEERS / "requirements.txt")]
    with log.open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=output, check=False)
    if done.returncode:
        sys.exit(f"The peers could not be installed; see {log}")
    stamp.write_text(wanted)


def peer_version(name: str) -> str:
    """Gives the version of a peer in its environment."""
    code = f"from importlib.metadata import version; print(version({PACKAGES[name]!r}))"
    command = [str(ENVIRONMENT / "bin" / "python"), "-c", code]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def measured_run(command: list[str], core: int) -> Measured:
    """Runs a command under measurement, in a process of its own."""
    line = [sys.executable, "-m", "benchmarks.measure", str(core), *command]
    done = subprocess.run(line, cwd=HOME, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def tandem_run(url: str, pages: int, core: int, content: bool) -> Measured:
    """Crawls the site with Tandem into a workspace that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        job = write_job(Path(folder, "job.yaml"), url, pages, Pace(concurrency=64, content=content))
        return measured_run(run_command(job, Path(folder, "workspace")), core)


def peer_run(name: str, url: str, core: int) -> Measured:
    """Crawls the site with one of the peers."""
    script = PEERS / f"{name}_crawl.py"
    return measured_run([str(ENVIRONMENT / "bin" / "python"), str(script), url, str(PEER_CONCURRENCY)], core)


def crawl_once(name: str, url: str, pages: int, core: int) -> Row:
    """Crawls with one crawler, and refuses a result that does not cover the site."""
    before = served(url)
    if name in OURS:
        measured = tandem_run(url, pages, core, content=name == WITH_CONTENT)
    else:
        measured = peer_run(name, url, core)
    fetched = served(url) - before
    if measured.status or not pages <= fetched <= pages + 1:  # Scrapy asks for its first page twice
        sys.exit(f"{name}: exit status {measured.status}, {fetched} of {pages} pages\n{measured.output}")
    return Row(name, pages, measured)


def table(rows: list[Row]) -> str:
    """Lays the results out, Tandem's rate over each."""
    ours = next((row.rate for row in rows if row.name == "tandem"), None)
    lines = [
        f"{'':24}{'pages/CPU-s':>12}{'Tandem is':>11}{'CPU s':>8}{'pages/s':>9}{'peak MB':>9}{'pages':>7}"
    ]
    for row in sorted(rows, key=lambda row: -row.rate):
        name = f"{row.name} {version('tandem-scraper') if row.name in OURS else peer_version(row.name)}"
        ratio = f"{ours / row.rate:.1f} ×" if ours and row.name != "tandem" else ""
        m = row.measured
        lines.append(
            f"{name:24}{row.rate:>12,.0f}{ratio:>11}{m.cpu_seconds:>8.2f}{row.wall_rate:>9,.0f}"
            f"{m.peak_pss_mb:>9.0f}{row.pages:>7}"
        )
    return "\n".join(lines)


def verdict(rows: list[Row]) -> str:
    """Says whether the goals are met; empty when Tandem or the peers were left out."""
    ours = next((row for row in rows if row.name == "tandem"), None)
    reading = next((row for row in rows if row.name == WITH_CONTENT), None)
    peers = [row.rate for row in rows if row.name not in OURS]
    goals = {}
    if reading is not None:
        goals[f"≥ {WANTED_CONTENT_RATE} pages per CPU-second with their content"] = (
            reading.rate >= WANTED_CONTENT_RATE
        )
    if ours is None or not peers:
        return _told(goals)
    goals |= {
        f"≥ {WANTED_RATE:,} pages per CPU-second": ours.rate >= WANTED_RATE,
        f"≥ {WANTED_RATIO:g} × the fastest peer": ours.rate >= WANTED_RATIO * max(peers),
        f"≤ {WANTED_MB} MB": ours.measured.peak_pss_mb <= WANTED_MB,
    }
    return _told(goals)


def _told(goals: dict[str, bool]) -> str:
    return "\n".join(f"{'met   ' if met else 'missed'} {goal}" for goal, met in goals.items())


def main() -> None:
    """Prints one table of one run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--repeat", type=int, default=2, help="the run with the least CPU time counts")
    parser.add_argument("--only", nargs="+", choices=["tandem", *PACKAGES], default=["tandem", *PACKAGES])
    parser.add_argument("--content", action="store_true", help="Tandem once more, reading the main content")
    options = parser.parse_args()
    names = [*options.only, *([WITH_CONTENT] if options.content else [])]
    if set(options.only) & PACKAGES.keys():
        install_peers()
    cores = sorted(os.sched_getaffinity(0))
    with serving("benchmarks.site", "--pages", str(options.pages), core=cores[-1]) as url:
        rows = [
            min(
                (crawl_once(name, url, options.pages, cores[0]) for _ in range(options.repeat)),
                key=lambda row: row.measured.cpu_seconds,
            )
            for name in names
        ]
    print(table(rows))
    print(
        f"\n{options.pages:,} pages of 18 KB with 30 links each on loopback, client on one of {len(cores)} "
        f"cores, least CPU of {options.repeat} runs;\nmemory is summed PSS; "
        f"the machine's load meanwhile: {os.getloadavg()[0]:.1f}"
    )
    print(verdict(rows))


if __name__ == "__main__":
    main()
