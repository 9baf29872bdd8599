"""CPU time and F1 of reading main content, beside other readers: python -m benchmarks.content [DATA]

DATA holds `truth.jsonl` (per line id, url, page_type, main_content) and `html/<id>.html.gz`. Every reader is
a process of its own; all are asked for a page before the next one comes, so that each works under the same
load. Its CPU time is read from outside: what it used between question and answer, JSON included, and in all,
start included. Tandem also gives page type, title and Markdown; the others give text.
Tandem's weights were learned from WCXB: on its development pages their F1 shows only how well they fit.
`python -m benchmarks.train_content DATA --evaluate` says what they are worth on hosts they have not seen.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.content_pages import AskedPage, demo, labelled, word_f1

HOME = Path(__file__).parents[1]
PEERS = HOME / "benchmarks" / "content_peers"
ENVIRONMENT = HOME / ".bench" / "content"
NAMES = ("tandem", "trafilatura", "resiliparse")
WANTED_MEDIAN, WANTED_RATIO, WANTED_SLOW = 15.0, 4.0, 90.0


@dataclass(slots=True)
class Reader:
    """One process that reads content, and what it took so far."""

    name: str
    process: subprocess.Popen[bytes]
    milliseconds: list[float] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    all_seconds: float = 0.0

    def ask(self, page: AskedPage) -> None:
        """Has one page read."""
        before = _cpu_seconds(self.process.pid)
        asked, answers = _pipes(self.process)
        try:
            asked.write(page.line)
            asked.flush()
            answer = answers.readline()
        except BrokenPipeError:
            answer = b""
        if not answer:
            sys.exit(f"{self.name} ended with {len(self.milliseconds)} pages answered")
        self.milliseconds.append((_cpu_seconds(self.process.pid) - before) * 1000)
        if page.truth is not None:
            score = word_f1(json.loads(answer).get("text") or "", page.truth)
            self.scores[page.type].append(score)
            self.scores["all"].append(score)

    def end(self) -> None:
        """Lets the process end and takes the kernel's account of all it used, children included."""
        _pipes(self.process)[0].close()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.all_seconds = usage.ru_utime + usage.ru_stime
        if self.process.returncode:
            sys.exit(f"{self.name}: exit status {self.process.returncode}")


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _cpu_seconds(pid: int) -> float:
    """The CPU time of another process: Linux makes the number of its clock out of its id."""
    return time.clock_gettime((~pid << 3) | 2)


def install() -> None:
    """Makes the environment of the other readers, once per list of versions."""
    wanted, stamp = (PEERS / "requirements.txt").read_text(), ENVIRONMENT / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the other readers into .bench/content, once …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--requirement", PEERS / "requirements.txt"], check=True)
    stamp.write_text(wanted)


def start(name: str) -> Reader:
    """Starts a reader, which waits for its first page."""
    python = str(ENVIRONMENT / "bin" / "python")
    command = [python, str(PEERS / f"{name}_extract.py")]
    if name == "tandem":
        command = [sys.executable, "-m", "tandem", "extract"]
    process = subprocess.Popen(command, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return Reader(name, process)


def measure(pages: Iterable[AskedPage], names: Sequence[str]) -> list[Reader]:
    """Has every page read by every reader."""
    readers = [start(name) for name in names]
    for page in pages:
        for reader in readers:
            reader.ask(page)
    for reader in readers:
        reader.end()
    return readers


def cost_table(readers: Sequence[Reader]) -> str:
    """CPU milliseconds per page; the first page pays for the start and counts in the last column only."""
    lines = [
        f"{'CPU ms per page':16}{'median':>8}{'mean':>8}{'95 %':>8}{'longest':>9}{'all, with start':>17}"
    ]
    for reader in readers:
        took = sorted(reader.milliseconds[1:])
        whole = reader.all_seconds * 1000 / len(reader.milliseconds)
        lines.append(
            f"{reader.name:16}{statistics.median(took):>8.2f}{statistics.mean(took):>8.2f}"
            f"{took[int(len(took) * 0.95)]:>8.2f}{took[-1]:>9.1f}{whole:>17.2f}"
        )
    return "\n".join(lines)


def score_table(readers: Sequence[Reader]) -> str:
    """Word F1 by type of page."""
    types = sorted(readers[0].scores, key=lambda name: -len(readers[0].scores[name]))
    lines = [f"{'word F1':16}{'pages':>6}" + "".join(f"{reader.name:>13}" for reader in readers)]
    for name in types:
        means = "".join(f"{statistics.mean(reader.scores[name]):>13.3f}" for reader in readers)
        lines.append(f"{name:16}{len(readers[0].scores[name]):>6}{means}")
    return "\n".join(lines)


def verdict(readers: Sequence[Reader]) -> str:
    """What was wanted of Tandem, and what it is."""
    medians = {reader.name: statistics.median(reader.milliseconds[1:]) for reader in readers}
    whole = {reader.name: reader.all_seconds for reader in readers}
    slow = sorted(readers[0].milliseconds)[int(len(readers[0].milliseconds) * 0.95)]
    line = f"wanted: median ≤ {WANTED_MEDIAN:.0f} ms: {medians['tandem']:.2f}"
    line += f"; 95 % ≤ {WANTED_SLOW:.0f} ms: {slow:.1f}"
    if "trafilatura" in medians:
        ratio = medians["trafilatura"] / medians["tandem"]
        in_all = whole["trafilatura"] / whole["tandem"]
        line += f"; trafilatura ≥ {WANTED_RATIO:.0f} ×: {ratio:.2f} × by medians, {in_all:.2f} × in all"
    return line


def main() -> None:
    """Measures and prints the tables."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=Path, nargs="?", help="folder of labelled pages; generated pages without")
    ask.add_argument("--every", type=int, default=1, help="read only every so-many-th page")
    ask.add_argument("--only", choices=NAMES, action="append", help="a reader; Tandem is always measured")
    asked = ask.parse_args()
    names = [name for name in NAMES if name == "tandem" or name in (asked.only or NAMES)]
    if len(names) > 1:
        install()
    if asked.data is None:
        print("No folder of labelled pages was given: generated pages are read, which have no F1.")
    readers = measure(demo() if asked.data is None else labelled(asked.data, asked.every), names)
    print(cost_table(readers))
    if readers[0].scores:
        print(score_table(readers))
    print(verdict(readers))


if __name__ == "__main__":
    main()
