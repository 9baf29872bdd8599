"""What the store does beside others, in one run: python -m benchmarks.store

Every store gets the same records in a process of its own. Tandem, SQLite, DuckDB and LMDB make each batch of
1,000 durable before the next; the reference is one executemany and one commit. Tandem's time ends when every
record lies in a sealed file. CPU seconds count all processes of a store, to the end: Tandem's merging, too,
which follows when the store is closed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.store_queries import crawl_and_query
from benchmarks.stores import saving
from benchmarks.stores.stored_pages import page_lookups
from storage.catalog import Limits
from storage.ledger import connect
from storage.readers import Reader
from storage.sql import read, trusted
from storage.workspace import ledger_path
from storage.workspace_catalog import workspace_catalog

HOME = Path(__file__).parents[1]
STORES = HOME / "benchmarks" / "stores"
ENVIRONMENT = HOME / ".bench" / "stores"
NAMES = ("tandem", "reference", "sqlite_rows", "duckdb_table", "lmdb_tree")
REFERENCE_RECORDS = 100_000  # it slows as its indexes grow: this is where it stands best
GROUP_BY = (
    "SELECT host, record, count(*) AS n, max(decided_at) FROM records GROUP BY ALL ORDER BY n DESC LIMIT 10"
)


def install() -> None:
    """Makes the environment of what Tandem itself does not need, once per list of versions."""
    wanted, stamp = (STORES / "requirements.txt").read_text(), ENVIRONMENT / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing LMDB into .bench/stores, once …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--requirement", STORES / "requirements.txt"], check=True)
    stamp.write_text(wanted)


def run_store(name: str, folder: Path, records: int, lookups: int) -> dict[str, Any]:
    """One store in a process of its own."""
    folder.mkdir(parents=True)
    python = ENVIRONMENT / "bin" / "python" if name == "lmdb_tree" else Path(sys.executable)
    count = min(records, REFERENCE_RECORDS) if name == "reference" else records
    command = [python, "-m", f"benchmarks.stores.{name}", folder, str(count), str(lookups)]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: exit status {done.returncode}\n{done.stderr[-2000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def records_table(found: dict[str, dict[str, Any]]) -> str:
    """Lays out what the stores did with the records."""
    lines = [
        f"{'':14}{'records':>10}{'per s':>10}{'acked/s':>10}{'CPU µs':>8}{'MB':>7}{'p50 ms':>9}{'p99 ms':>9}"
    ]
    for name, f in found.items():
        count, (p50, p99) = f["records"], f["lookups_ms"]
        lines.append(
            f"{name:14}{count:>10,}{count / f['seconds']:>10,.0f}{count / f['acknowledged_seconds']:>10,.0f}"
            f"{f['cpu_seconds'] / count * 1e6:>8.1f}{f['bytes'] / 1e6:>7,.0f}{p50:>9.4f}{p99:>9.4f}"
        )
    return "\n".join(lines)


def group_by_ms(workspace: Path) -> float:
    """A group-by over all records on a warm engine, in milliseconds."""
    connection = connect(ledger_path(workspace), read_only=True)
    taken = []
    with (
        Reader(workspace) as reader,
        trusted(workspace_catalog(connection, workspace, reader), Limits()) as engine,
    ):
        for _ in range(6):
            start = time.perf_counter()
            read(engine, GROUP_BY)[1].read_all()
            taken.append((time.perf_counter() - start) * 1000)
    connection.close()
    return statistics.median(taken[1:])


def saving_table(found: list[saving.Saving]) -> str:
    """Lays out how much smaller pages became."""
    lines = [f"\n{'saved %':24}{'pages':>8}{'raw MB':>8}{'gzip-9':>8}{'sealed':>8}{'merged':>8}"]
    lines += [
        f"{s.name:24}{s.pages:>8,}{s.raw_bytes / 1e6:>8,.0f}{s.gzip:>8.1f}{s.sealed:>8.1f}{s.merged:>8.1f}"
        for s in found
    ]
    return "\n".join(lines)


def verdict(goals: dict[str, bool]) -> str:
    """Says which goals are met."""
    return "\n".join(f"{'met   ' if met else 'missed'} {goal}" for goal, met in goals.items())


def records_goals(found: dict[str, dict[str, Any]]) -> dict[str, bool]:
    """The goals for records, as far as they can be judged."""
    ours, other = found.get("tandem"), found.get("reference")
    if ours is None:
        return {}
    rate = ours["records"] / ours["seconds"]
    goals = {
        "≥ 100,000 records per second, durable and sealed": rate >= 100_000,
        "look-up p50 ≤ 0.05 ms, p99 ≤ 0.4 ms": ours["lookups_ms"][0] <= 0.05 and ours["lookups_ms"][1] <= 0.4,
    }
    if other is not None:
        goals["≥ 1.4 × the reference's bulk load"] = rate >= 1.4 * other["records"] / other["seconds"]
    return goals


def main() -> None:
    """Prints the tables of one run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=600, help="hosts of the generated pages")
    parser.add_argument("--pages", type=Path, help="a folder of real pages to measure too: HOST/*.html[.gz]")
    parser.add_argument(
        "--urls", type=Path, help="their list, when they are not grouped: JSON lines of id, url"
    )
    parser.add_argument("--crawl", type=int, default=6_000, help="pages of the crawls that are queried")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    options = parser.parse_args()
    if "lmdb_tree" in options.only:
        install()
    goals: dict[str, bool] = {}
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / ".bench") as folder:
        found = {n: run_store(n, Path(folder) / n, options.records, options.lookups) for n in options.only}
        print(records_table(found))
        goals |= records_goals(found)
        if "tandem" in found:
            taken = group_by_ms(Path(folder) / "tandem")
            print(f"\ngroup-by over {options.records:,} records, warm: {taken:.0f} ms")
            goals["group-by ≤ 100 ms"] = taken <= 100
        p50, p99 = page_lookups(Path(folder) / "pages", options.hosts, min(options.lookups, 2_000))
        print(f"a page of about 35 KB by its URL: p50 {p50:.3f} ms, p99 {p99:.3f} ms")
        goals["page p50 ≤ 1 ms"] = p50 <= 1
    savings = [saving.measure(name, pages) for name, pages in saving.corpora(options.hosts).items()]
    goals["saves ≥ 90 % with several pages per host"] = savings[1].merged >= 90
    goals["saves ≥ 96 % on one site"] = savings[2].merged >= 96
    if options.pages is not None:
        given = saving.given(options.pages, options.urls)
        savings += [saving.measure(name, pages) for name, pages in given.items()]
    print(saving_table(savings))
    print(
        "The first three are generated. How much of a page is its host's template was chosen so that a single"
        "\npage shrinks as real ones do; what several pages of a host save follows from that choice. For real"
        "\npages: --pages."
    )
    if options.crawl:
        queried = crawl_and_query(options.crawl)
        print(f"\n{queried}")
        goals["queries cost a crawl ≤ 10 % more CPU per page"] = queried.more_per_cent <= 10
    print(f"\n{os.cpu_count()} cores; the machine's load meanwhile: {os.getloadavg()[0]:.1f}")
    print(verdict(goals))


if __name__ == "__main__":
    main()
