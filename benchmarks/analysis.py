"""What reports with models are worth when the model lies: python -m benchmarks.analysis [--kills N]

A generated run of 200 pages is imported from a web archive, its records are selected, and a scripted model
reads it for a report: it invents, clips, denies, changes digits, cites wrong pages and cuts its JSON. Printed
is what was published as verified and is not so, which contradictions were found, whether the accounts close,
how full batches were, how many calls were repeated over kills, and how long a person waits beside a report.
"""

import argparse
import asyncio
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from analysis.schema import Report
from analysis.write import read_report
from benchmarks.analysis_corpus import Corpus, corpus
from benchmarks.analysis_store import JOB, filled
from storage.call_ledger import NAME
from storage.connection import connect
from storage.store import Store
from tandem.analyze import Wanted, analyze_run
from tandem.environment import Environment
from tandem.inference.models import Models as LaneModels
from tandem.inference.words import ChatRequest, Endpoint, Lane, Message, Role, Tier
from tandem.job import Analysis, Progress
from tandem.job_models import Models
from tandem.report_check import faults
from tandem.stored_texts import listed_pages
from tests.analysis.deep.reading_server import name_of

CONTEXT = 4096
CALL_SECONDS = 1.0  # of reading alone, where calls are slow
ONE_CALL = 1.5  # of that: writing, and a machine that is busy
QUESTION = "How many rooms do the houses have, and do they allow dogs?"


async def written(workspace: Path, url: str, question: str) -> Report:
    """The report on the generated run."""
    deep = {"url": url, "model": "tiny", "context": CONTEXT}
    wanted = Wanted(
        Analysis.model_validate({"questions": [question], "formats": ["json"]}),
        Models.model_validate({"deep": deep}),
        Progress(broker="off"),
    )
    with Store(workspace) as store:
        run = store.find_run(JOB)
    assert run is not None
    environment = Environment.read({"TANDEM_LANES": str(workspace / "lanes")})
    report = await analyze_run(workspace, run, wanted, environment, {})
    return read_report(workspace / report.files[-1])


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


def survive(folder: Path, workspace: Path, kills: int) -> int:
    """How many finished calls were repeated over so many kills; after each report another is asked for."""
    log, repeated, reports, done = folder / "killed.log", 0, 0, 0
    chance = random.Random(3)
    with lying_model(log, seconds=0.02) as url:
        while done < kills:
            known, before = ended(workspace), len(logged_calls(log))
            command = [sys.executable, "-m", "benchmarks.analysis", "--victim", str(workspace), "--url", url]
            command += ["--question", f"{QUESTION} ({reports})"]
            wanted = before + chance.randint(1, 3)
            with subprocess.Popen(command, stderr=subprocess.DEVNULL) as victim:
                while victim.poll() is None and len(logged_calls(log)) < wanted:
                    time.sleep(0.005)
                time.sleep(chance.random() * 0.03)
                victim.send_signal(signal.SIGKILL)
            reports += victim.returncode == 0
            done += victim.returncode != 0
            repeated += sum(name in known for name, _, _ in logged_calls(log)[before:])
    return repeated


def waited(folder: Path, workspace: Path) -> tuple[float, bool]:
    """Seconds that an answer in another process waits for its turn beside a report, and if that went on."""
    log = folder / "beside.log"
    with lying_model(log, seconds=CALL_SECONDS) as url:
        command = [sys.executable, "-m", "benchmarks.analysis", "--url", url]
        batch = [*command, "--victim", str(workspace), "--question", f"{QUESTION} (beside)"]
        with subprocess.Popen(batch, stderr=subprocess.DEVNULL) as report:
            while report.poll() is None and len(logged_calls(log)) < 3:
                time.sleep(0.01)
            person = [*command, "--person", str(workspace)]
            asked = [subprocess.check_output(person, text=True, stderr=subprocess.DEVNULL) for _ in range(5)]
            goes_on = report.poll() is None
            report.kill()
    return max(map(float, asked)), goes_on


async def asks(workspace: Path, url: str) -> float:
    """A person's question in this process: how long it waits for the one slot of the model."""
    async with LaneModels({Tier.DEEP: Endpoint(url, "tiny", context=CONTEXT)}, workspace / "lanes") as models:
        model = models.get(Tier.DEEP)
        assert model is not None
        turns = Message(Role.SYSTEM, "Answer."), Message(Role.USER, "How many rooms has Heron Lodge?")
        outcome = await model.ask(ChatRequest(messages=turns, lane=Lane.INTERACTIVE, max_tokens=20))
    return outcome.usage.queue_seconds


def judge(report: Report, workspace: Path, run: Corpus, calls: list[tuple[str, bool, int]]) -> bool:
    """Prints what came out, and whether all of it is as it must be."""
    with Store(workspace) as store:
        stored = store.find_run(report.run)
        assert stored is not None
        read = [text for one in listed_pages(store, stored) if (text := one.read()) is not None]
        broken = list(faults(store, report))
    true = {line for page in read if not page.url.startswith("http://evil") for line in page.text.split("\n")}
    claims = [claim for _, claim in report.claims()]
    false = [claim.text for claim in claims if claim.text not in true]
    found = {one.entity for one in report.contradictions}
    sizes = [size for _, is_read, size in calls if is_read]
    seen, missed = report.coverage, run.contradicted - found
    print(f"claims published        {len(claims)}, {len(report.appendix)} kept out")
    print(f"false ones among them   {len(false)} {false[:3]}")
    print(f"citations that fail     {len(broken)}")
    print(f"contradictions          {len(found & run.contradicted)} of {len(run.contradicted)}")
    print(f"invented contradictions {len(found - run.contradicted)}")
    print(
        f"coverage                {seen.eligible} = {seen.read} read + {seen.clustered} copies"
        f" + {seen.empty} empty + {seen.failed} failed + {seen.never_read} never read"
    )
    print(f"unknown ids taken out   {report.methods.stripped_ids}")
    full = _full(calls)
    print(f"batches                 {len(sizes)}, full ones fill {min(full):.0%} to {max(full):.0%}")
    parts = seen.read + seen.clustered + seen.empty + seen.failed + seen.never_read
    is_exact = seen.eligible == parts == len(run.listed) - run.dead and seen.clustered >= run.copies
    return not false and not broken and not missed and is_exact and not found - run.contradicted


def _full(calls: list[tuple[str, bool, int]]) -> list[float]:
    """How full the batches were for which there was more than enough: all but the last of each section."""
    sections: list[list[int]] = [[]]
    for _, is_read, size in calls:
        if is_read:
            sections[-1].append(size)
        elif sections[-1]:
            sections.append([])
    return [size / CONTEXT for sizes in sections for size in sizes if size != sizes[-1]]


def main() -> int:
    """All of it, or one of the processes that it needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--victim", type=Path)
    parser.add_argument("--person", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--question", default=QUESTION)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.serve, given.seconds))
    if given.victim:
        asyncio.run(written(given.victim, given.url, given.question))
        return 0
    if given.person:
        print(asyncio.run(asks(given.person, given.url)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        return _all_of_it(Path(name), given.kills)


def _all_of_it(folder: Path, kills: int) -> int:
    run, workspace = corpus(), folder / "workspace"
    with redirect_stdout(io.StringIO()):
        filled(workspace, run)
    for copy in ("kills", "beside"):
        shutil.copytree(workspace, folder / copy)
    with lying_model(folder / "asked.log", 0.0) as url:
        began = time.process_time()
        report = asyncio.run(written(workspace, url, QUESTION))
        print(f"processor seconds       {time.process_time() - began:.1f}")
    is_good = judge(report, workspace, run, logged_calls(folder / "asked.log"))
    repeated = survive(folder, folder / "kills", kills)
    print(f"repeated calls          {repeated} over {kills} kills")
    seconds, goes_on = waited(folder, folder / "beside")
    is_soon = goes_on and seconds <= CALL_SECONDS * ONE_CALL
    print(f"an answer waits         {seconds:.2f} s at most; a call takes {CALL_SECONDS} s and more")
    return 0 if is_good and not repeated and is_soon else 1


if __name__ == "__main__":
    sys.exit(main())
