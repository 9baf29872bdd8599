"""What reports with models are worth when the model lies: python -m benchmarks.analysis [--kills N]

A scripted model reads a generated run of 200 pages. It invents, clips, denies, changes digits, cites wrong
pages and cuts its JSON. Printed is what was published as verified and is not so, which contradictions were
found, whether the accounts close, how full batches were, and how many calls were repeated over kills.
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.deep.calls import Caller
from analysis.deep.course import Course
from analysis.deep.gather import gather
from analysis.deep.report import DeepReport
from analysis.report import Counted, Plan, RunFacts, assemble
from analysis.schema import Report
from analysis.verify import verify
from benchmarks.analysis_corpus import Corpus, corpus
from storage.call_ledger import NAME, CallLedger
from storage.connection import connect
from tandem.inference.models import Models
from tandem.inference.words import Endpoint, Tier
from tests.analysis.deep.reading_server import name_of

CONTEXT = 4096
QUESTION = "How many rooms do the houses have, and do they allow dogs?"


async def written(workspace: Path, url: str, question: str) -> Report:
    """The report on the generated run."""
    run = corpus()
    endpoint = Endpoint(url, "tiny", context=CONTEXT)
    pages = len(run.listed)
    tallies = [("fetched", "ok", pages)]
    facts = RunFacts("bench", "bench-1-ab", 1, 0.0, 1.0, "complete", tallies, [], pages)
    async with Models({Tier.DEEP: endpoint}, workspace / "lanes") as models:
        model = models.get(Tier.DEEP)
        assert model is not None
        with CallLedger(workspace) as ledger:
            course = Course()
            caller = Caller(model, ledger, "bench-1-ab", course)
            report = DeepReport(gather(run.listed), Plan((question,), 500), [caller], course)
            return assemble(facts, await report.write(facts), Counted())


@contextmanager
def lying_model(log: Path, seconds: float) -> Iterator[str]:
    """Its address; what it was asked is logged with the name that the ledger has for it."""
    command = [sys.executable, "-m", "benchmarks.analysis", "--serve", str(log), "--seconds", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


async def serve(log: Path, seconds: float) -> None:
    """The lying model, until it is ended."""
    from benchmarks.analysis_model import answer  # noqa: PLC0415 - a victim of kills need not load it
    from tests.tandem.inference.script import Plan as Pace  # noqa: PLC0415
    from tests.tandem.inference.script import Script  # noqa: PLC0415
    from tests.tandem.inference.scripted_server import ScriptedServer  # noqa: PLC0415

    def logged(request: dict[str, Any]) -> str:
        size = script.tokens("".join(turn["content"] for turn in request["messages"]))
        kind = "notes" in (request.get("format") or {}).get("properties", {})
        with log.open("a") as file:
            file.write(json.dumps([name_of(request), kind, size]) + "\n")
        return answer(request)

    script = Script(answer=logged, context=CONTEXT, plan=Pace(prefill_seconds=seconds))
    async with ScriptedServer(script) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def logged_calls(log: Path) -> list[tuple[str, bool, int]]:
    """Name, whether pages were read, tokens."""
    return [tuple(json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []


def ended(workspace: Path) -> set[str]:
    """The calls that are done with."""
    if not (workspace / NAME).exists():
        return set()
    connection = connect(workspace / NAME)
    try:
        return {row[0] for row in connection.execute("SELECT key FROM calls WHERE state = 'ended'")}
    finally:
        connection.close()


def survive(folder: Path, kills: int) -> int:
    """How many finished calls were repeated over so many kills; after each report another is asked for."""
    log, repeated, reports, done = folder / "killed.log", 0, 0, 0
    chance = random.Random(3)
    with lying_model(log, seconds=0.02) as url:
        while done < kills:
            known, before = ended(folder), len(logged_calls(log))
            command = [sys.executable, "-m", "benchmarks.analysis", "--victim", str(folder), "--url", url]
            command += ["--question", f"{QUESTION} ({reports})"]
            wanted = before + chance.randint(1, 3)
            with subprocess.Popen(command) as victim:
                while victim.poll() is None and len(logged_calls(log)) < wanted:
                    time.sleep(0.005)
                time.sleep(chance.random() * 0.03)
                victim.send_signal(signal.SIGKILL)
            reports += victim.returncode == 0
            done += victim.returncode != 0
            repeated += sum(name in known for name, _, _ in logged_calls(log)[before:])
    return repeated


def judge(report: Report, run: Corpus, calls: list[tuple[str, bool, int]]) -> bool:
    """Prints what came out, and whether all of it is as it must be."""
    texts = {one.digest.hex(): read.text for one in run.listed if (read := one.read()) is not None}
    hostile = {
        one.digest for one in run.listed if (read := one.read()) and read.url.startswith("http://evil")
    }
    true = {
        line for key, text in texts.items() if bytes.fromhex(key) not in hostile for line in text.split("\n")
    }
    claims = [claim for _, claim in report.claims()]
    false = [claim.text for claim in claims if claim.text not in true]
    broken = list(verify(report, lambda _url, digest, _engine: texts.get(digest), lambda _: True))
    noted = _contradictable(report)
    found = {one.entity for one in report.contradictions}
    sizes = [size for _, is_read, size in calls if is_read]
    seen = report.coverage
    print(f"claims published        {len(claims)}, {len(report.appendix)} kept out")
    print(f"false ones among them   {len(false)} {false[:3]}")
    print(f"citations that fail     {len(broken)}")
    print(f"contradictions          {len(found & run.contradicted)} of {noted} that notes tell of")
    print(f"invented contradictions {len(found - run.contradicted)}")
    print(
        f"coverage                {seen.eligible} = {seen.read} read + {seen.clustered} copies"
        f" + {seen.empty} empty + {seen.failed} failed + {seen.never_read} never read"
    )
    print(f"unknown ids taken out   {report.methods.stripped_ids}")
    full = _full(calls)
    print(f"batches                 {len(sizes)}, full ones fill {min(full):.0%} to {max(full):.0%}")
    is_exact = seen.clustered >= run.copies and seen.empty == run.empty
    return not false and not broken and is_exact and not found - run.contradicted


def _full(calls: list[tuple[str, bool, int]]) -> list[float]:
    """How full the batches were for which there was more than enough: all but the last of each section."""
    sections: list[list[int]] = [[]]
    for _, is_read, size in calls:
        if is_read:
            sections[-1].append(size)
        elif sections[-1]:
            sections.append([])
    return [size / CONTEXT for sizes in sections for size in sizes if size != sizes[-1]]


def _contradictable(report: Report) -> int:
    rooms = defaultdict(set)
    for quote in report.quotes():
        name, has, value = quote.words.partition(" has ")
        if has and value.endswith("rooms."):
            rooms[name].add(value)
    return sum(len(values) > 1 for values in rooms.values())


def main() -> int:
    """All of it, or one of the processes that it needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--victim", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--question", default=QUESTION)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve, given.seconds))
    if given.victim:
        asyncio.run(written(given.victim, given.url, given.question))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with lying_model(folder / "asked.log", 0.0) as url:
            began = time.process_time()
            report = asyncio.run(written(folder, url, QUESTION))
            print(f"processor seconds       {time.process_time() - began:.1f}")
        is_good = judge(report, corpus(), logged_calls(folder / "asked.log"))
        (folder / "kills").mkdir()
        repeated = survive(folder / "kills", given.kills)
        print(f"repeated calls          {repeated} over {given.kills} kills")
    return 0 if is_good and not repeated else 1


if __name__ == "__main__":
    sys.exit(main())
