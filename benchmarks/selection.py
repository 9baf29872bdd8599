"""What selection costs, with a fast tier of every kind: python -m benchmarks.selection

One crawl of a shop with one kind of page, once without a model and once with each kind of server behind the
fast tier: one that points rightly, and such as are down, slow, garbled or in circles. The rate is that of the
crawl itself; what was read is compared with the shop's own truth. Then the cost of one page with known
selectors.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgpack

from benchmarks.crawl import measured_run
from benchmarks.selection_model import PLANS
from benchmarks.selection_site import FIELDS, ticket, truth
from benchmarks.serving import serving
from benchmarks.tandem_run import TANDEM, Pace, run_command, write_job
from scraper.document import Document
from scraper.pages import PageFacts
from scraper.selection.knowledge import packed_knowledge
from scraper.selection.learn import HostLearning
from scraper.selection.observation import observation_from
from scraper.selection.page_selection import PageSelection
from scraper.selection.wanted import Field, Kind, Wanted

CHARACTERS_PER_TOKEN = 3.3
WANTED_CALLS, WANTED_PROMPT, WANTED_ANSWER, WANTED_MS, WANTED_SLOWER = 10, 400, 40, 3.0, 0.10
NOBODY = "down"  # nothing listens there


@dataclass(frozen=True, slots=True)
class Row:
    """One crawl."""

    kind: str
    pages: int
    cpu_seconds: float
    crawl_seconds: float  # of the crawl itself, without what is decided after it
    exit_code: int
    right: Counter[str]  # fields
    promoted_wrong: int  # values of a learned selector that are not true
    prompts: tuple[int, ...] = ()  # characters of each


@contextmanager
def model(kind: str) -> Iterator[tuple[str, list[str]]]:
    """A server of this kind; the list is filled with what it wrote, once it is ended."""
    written: list[str] = []
    if kind == NOBODY:
        yield "http://127.0.0.1:9/", written
        return
    command = [sys.executable, "-m", "benchmarks.selection_model", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}/", written
        finally:
            server.terminate()
            written += server.stdout.read().splitlines()


def crawl(kind: str, pages: int, folder: Path) -> Row:
    """One crawl with a fast tier of this kind; `none` has none."""
    folder.mkdir(exist_ok=True)
    with serving("benchmarks.selection_site", "--pages", str(pages)) as url:
        job_path = write_job(folder / f"{kind}.yaml", url, pages + 1, Pace(concurrency=16))
        job = json.loads(job_path.read_text())
        job["select"] = [{"record": "ticket", "match": "/ticket/*", "fields": FIELDS}]
        workspace = folder / kind
        if kind == "none":
            return _measured(kind, job_path, job, workspace, ())
        with model(kind) as (address, written):
            job["models"]["fast"] = {"url": address, "model": "tiny", "backend": "ollama"}
            row = _measured(kind, job_path, job, workspace, ())
        said = json.loads(written[-1]) if written else {"prompts": []}
        return Row(
            **{**{name: getattr(row, name) for name in Row.__slots__}, "prompts": tuple(said["prompts"])}
        )


def fastest(kind: str, pages: int, repeat: int, folder: Path) -> Row:
    """The quickest of several crawls, since other work on the machine only slows; with all that was wrong."""
    rows = [crawl(kind, pages, folder / str(number)) for number in range(repeat)]
    best = min(rows, key=lambda row: row.crawl_seconds)
    return replace(best, promoted_wrong=sum(row.promoted_wrong for row in rows))


def _measured(kind: str, path: Path, job: dict[str, Any], workspace: Path, prompts: tuple[int, ...]) -> Row:
    path.write_text(json.dumps(job))
    done = measured_run(run_command(path, workspace), 0)
    right: Counter[str] = Counter()
    wrong = pages = 0
    for row in _records(workspace):
        pages += 1
        true = truth(int(row["url"].rpartition("/")[2]))
        for name, wanted in true.items():
            is_right = row["data"].get(name) == wanted
            right[name] += is_right
            wrong += not is_right and row["sources"].get(name, {}).get("how") == "selector"
    return Row(kind, pages, done.cpu_seconds, _crawl_seconds(workspace), done.status, right, wrong, prompts)


def _records(workspace: Path) -> Iterator[dict[str, Any]]:
    for row in _query(workspace, "SELECT url, data, sources FROM records"):
        for name in ("data", "sources"):
            row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
        yield row


def _crawl_seconds(workspace: Path) -> float:
    sql = "SELECT epoch(max(fetched_at) - min(fetched_at)) AS seconds FROM pages"
    return float(next(_query(workspace, sql))["seconds"])


def _query(workspace: Path, sql: str) -> Iterator[dict[str, Any]]:
    command = [str(TANDEM), "query", sql, "--workspace", str(workspace), "--format", "jsonl"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    yield from map(json.loads, done.stdout.splitlines())


def known_page_ms(pages: int = 300) -> list[float]:
    """Milliseconds of processor time per page, beyond the parse, once its six selectors are known."""
    fields = tuple(Field(name, Kind(kind)) for name, kind in FIELDS.items() if name != "price")
    selection = PageSelection([Wanted("ticket", (*fields, Field("heading", Kind.TEXT)), ("/ticket/*",))])
    learning, known, times = HostLearning("tickets.test"), b"", []
    for number in range(pages):
        source = ticket(number)
        document = Document(source)
        digest = hashlib.sha256(source.encode()).digest()
        facts = PageFacts(f"http://tickets.test/ticket/{number}", "tickets.test", digest, "", known)
        started = time.process_time()
        found = selection.select(document, facts)
        times.append((time.process_time() - started) * 1000)
        for packed in msgpack.unpackb(found.observed):
            learning.learn(observation_from(packed))
        known = packed_knowledge(learning.knowledge())
    return times[pages // 2 :]


def report(rows: list[Row], known: list[float]) -> bool:
    """Prints what came of it; says whether all goals are met."""
    heads = "pages", "CPU s", "crawl s", "exit", "calls", "price right", "learned wrong"
    print(f"{'fast tier':12}" + "".join(f"{head:>{len(head) + 3}}" for head in heads))
    for row in rows:
        print(
            f"{row.kind:12}{row.pages:8}{row.cpu_seconds:8.1f}{row.crawl_seconds:10.1f}{row.exit_code:7}"
            f"{len(row.prompts):8}{row.right['price']:14}{row.promoted_wrong:16}"
        )
    base, right = rows[0], next(row for row in rows if row.kind == "right")
    prompts = [count / CHARACTERS_PER_TOKEN for count in right.prompts] or [0.0]
    slowest = max(row.crawl_seconds for row in rows[1:]) / base.crawl_seconds - 1
    calls = 1000 * len(right.prompts) / max(right.pages, 1)
    p95 = quantiles(known, n=20)[-1]
    print(
        f"\nprompts of {min(prompts):.0f} to {max(prompts):.0f} tokens, {CHARACTERS_PER_TOKEN} characters"
        f" each, answers of at most {WANTED_ANSWER} by request"
        f"\na page with six known selectors: median {median(known):.2f} ms, p95 {p95:.2f} ms beyond the parse"
    )
    goals = {
        f"≤ {WANTED_CALLS} calls per 1,000 pages ({calls:.1f})": calls <= WANTED_CALLS,
        f"≤ {WANTED_PROMPT} tokens in a prompt": max(prompts) <= WANTED_PROMPT,
        f"≤ {WANTED_MS:g} ms for a known page": median(known) <= WANTED_MS,
        f"the crawl at most 10 % slower with any model ({slowest:+.0%})": slowest <= WANTED_SLOWER,
        "0 wrong values by learned selectors": not any(row.promoted_wrong for row in rows),
        "every field right with a model that points rightly": all(
            count == right.pages for count in right.right.values()
        ),
    }
    for goal, is_met in goals.items():
        print(f"{'met   ' if is_met else 'missed'} {goal}")
    return all(goals.values())


def main() -> None:
    """Ends with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selection", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3, help="crawls of each kind; the quickest counts")
    parser.add_argument(
        "--kinds", nargs="+", default=["right", NOBODY, *(kind for kind in PLANS if kind != "right")]
    )
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="tandem-selection-") as folder:
        for kind in ("none", *options.kinds):
            rows.append(fastest(kind, options.pages, options.repeat, Path(folder)))
            print(f"{kind} done", file=sys.stderr, flush=True)
    sys.exit(not report(rows, known_page_ms()))


if __name__ == "__main__":
    main()
