"""What `doctor` says about one job: whether this machine and its surroundings can do what it asks."""

import asyncio
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from analysis import render_pdf
from tandem.broker_choice import choose_broker
from tandem.crawl_parts import key_rules, seeds_of
from tandem.environment import Environment, missing_secrets
from tandem.finding import Finding, Health
from tandem.job import Job
from tandem.job_file import LoadedJob
from tandem.job_values import Secret
from tandem.problem import UsageError
from tandem.watch import connected

_ANSWER_SECONDS = 3.0
_SPARE_BYTES = 500_000_000  # a ledger, its log and merges need room beside the pages
_DIRECT = "direct"


def job_findings(
    loaded: LoadedJob, environment: Environment, place: Path, variables: Mapping[str, str]
) -> Iterator[Finding]:
    """Everything but its browser and its models, which are looked at elsewhere."""
    missing = missing_secrets(loaded.job, variables)
    if missing:
        remedy = " ".join(f"export {name}=…;" for name in missing)
        yield Finding("job", Health.BROKEN, "it names variables that are not set", "it cannot run", remedy)
        return
    yield _seeds(loaded)
    yield _room(loaded.job, place)
    yield _broker(loaded, environment, variables)
    yield from _proxies(loaded.job, variables)
    if "pdf" in loaded.job.analysis.formats:
        yield _pdf()


def _seeds(loaded: LoadedJob) -> Finding:
    try:
        seeds = seeds_of(loaded, key_rules(loaded.job))
    except UsageError as error:
        return Finding("job", Health.BROKEN, str(error), "it cannot run", "correct the seeds")
    return Finding("job", Health.GOOD, f"no problems, {len(seeds):,} seeds")


def _room(job: Job, place: Path) -> Finding:
    """The limits of a job bound what it can store: never more than it takes over the wire, and its files."""
    files = job.files.max_total_bytes if job.files.types else 0
    wanted = job.scope.max_bytes + files + _SPARE_BYTES
    folder = next(one for one in (place, *place.parents) if one.is_dir())
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free, {wanted / 1e9:.1f} GB is the most that its limits allow"
    if free >= wanted:
        return Finding("its room", Health.GOOD, found)
    remedy = "free some space, name another --workspace, or lower scope.max_bytes"
    return Finding(
        "its room", Health.LIMITED, found, "the run ends with exit 3 when the disk is full", remedy
    )


def _broker(loaded: LoadedJob, environment: Environment, variables: Mapping[str, str]) -> Finding:
    cost = "progress is not published; the crawl goes on"
    try:
        choice = choose_broker(loaded.job.progress, environment, variables, loaded.folder)
    except UsageError as error:
        return Finding("its broker", Health.BROKEN, str(error), "it cannot run", "correct `progress`")
    if choice.is_off:
        return Finding("its broker", Health.GOOD, "off: the terminal and --json only")
    if choice.url is None:
        return Finding("its broker", Health.GOOD, "a small one starts beside the run")

    async def reach() -> None:
        async with connected(choice, loaded.job.progress.prefix):
            pass

    try:
        asyncio.run(reach())
    except UsageError as error:
        remedy = f"mosquitto -p {choice.url.port}, or check its address, password and certificates"
        return Finding("its broker", Health.LIMITED, str(error), cost, remedy)
    return Finding("its broker", Health.GOOD, f"{choice.url} lets us in")


def _proxies(job: Job, variables: Mapping[str, str]) -> Iterator[Finding]:
    crawl = job.crawl
    named: list[str | Secret | None] = [crawl.proxy, *crawl.proxies.list, *crawl.proxies.per_host.values()]
    for one in dict.fromkeys(one for one in named if one):
        url = variables[one.env] if isinstance(one, Secret) else one
        if url == _DIRECT:
            continue
        shown = f"the one in {one.env}" if isinstance(one, Secret) else str(one)
        if _answers(url):
            yield Finding("a proxy", Health.GOOD, f"{shown} answers")
        else:
            cost = "what goes by it fails or waits for another; nothing goes out directly"
            yield Finding(
                "a proxy", Health.LIMITED, f"{shown} does not answer", cost, "start it, or name another"
            )


def _answers(url: str) -> bool:
    with suppress(OSError, ValueError):
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=_ANSWER_SECONDS):
            return True
    return False


def _pdf() -> Finding:
    try:
        render_pdf.load()
    except render_pdf.NoPdf as error:
        missing, _, remedy = str(error).rpartition("; " if "; " in str(error) else ": ")
        return Finding("its PDF", Health.LIMITED, missing, "no report.pdf: the run ends with exit 6", remedy)
    return Finding("its PDF", Health.GOOD, "WeasyPrint and its libraries are there")
