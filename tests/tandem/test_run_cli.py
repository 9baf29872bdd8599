"""`tandem run` as a person meets it: its exit codes, signals, limits, continuations and secrets."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tests.tandem.small_site import SmallSite

TANDEM = Path(sys.executable).parent / "tandem"
SECONDS = 60  # a command that takes longer hangs
CANARY = "canary-5e1f0a77c2"


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite() as served:
        yield served


class Bench:
    """One job, one workspace, and the command that runs the one in the other."""

    def __init__(self, folder: Path, site: SmallSite) -> None:
        self.folder = folder
        self.workspace = folder / "work"
        self.job = folder / "job.yaml"
        self.write([site.url])

    def write(self, seeds: list[str], scope: dict[str, Any] | None = None, **crawl: Any) -> None:
        """The job file."""
        settings = {"delay": 0, "per_host": 8, "retries": 0, "sitemaps": False} | crawl
        job = {
            "name": "small",
            "seeds": seeds,
            "scope": scope or {},
            "crawl": {"allow_private_hosts": ["127.0.0.1"], **settings},
            "progress": {"broker": "off"},
        }
        self.job.write_text(json.dumps(job))

    def command(self, *more: str, verb: str = "run") -> list[str]:
        """The arguments of a command on this workspace."""
        given = [str(self.job), "--no-analysis"] if verb == "run" else []
        return [str(TANDEM), verb, *given, "--workspace", str(self.workspace), *more]

    def run(
        self,
        *more: str,
        verb: str = "run",
        environment: dict[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs it to its end."""
        return subprocess.run(
            self.command(*more, verb=verb),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env=os.environ | (environment or {}),
            preexec_fn=before,
        )

    def start(self, *more: str) -> "subprocess.Popen[str]":
        """Begins it."""
        return subprocess.Popen(
            self.command(*more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def stored(self) -> Counter[str]:
        """How often each path is stored in the newest run."""
        with Store(self.workspace) as store:
            run = store.runs()[-1]
            return Counter(
                "/" + page.url.rpartition("/")[2]
                for page in store.pages(run)
                if page.outcome in {"fetched", "unchanged"}
            )

    def runs(self) -> list[tuple[int, str, int | None]]:
        """Number, state and exit code of every run."""
        lines = self.run("--json", verb="runs").stdout.splitlines()
        return [(run["number"], run["state"], run["exit_code"]) for run in map(json.loads, lines)]


@pytest.fixture
def bench(tmp_path: Path, site: SmallSite) -> Bench:
    return Bench(tmp_path, site)


def whole(site: SmallSite) -> Counter[str]:
    """Every page of the site, once."""
    return Counter(["/", *(f"/{number}" for number in range(site.pages))])


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code and what was said on stderr."""
    _, said = process.communicate(timeout=SECONDS)
    return process.returncode, said


def test_a_complete_run_ends_with_0_and_the_next_one_is_incremental(bench: Bench, site: SmallSite) -> None:
    assert bench.run().returncode == 0
    assert bench.stored() == whole(site) == site.asked
    assert bench.run().returncode == 0
    assert [(number, code) for number, _, code in bench.runs()] == [(1, 0), (2, 0)]


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("name: small\nseeds: ['http://127.0.0.1/']\ncrawl: {dealy: 1}\n", "delay"),
        ("name: small\nseeds: []\n", "seeds"),
        (
            "name: small\nseeds: ['http://127.0.0.1/']\ncrawl: {headers: {X-Key: {env: NOT_SET_HERE}}}\n",
            "NOT_SET_HERE",
        ),
    ],
)
def test_a_wrong_job_ends_with_2_and_begins_nothing(job: str, said: str, bench: Bench) -> None:
    bench.job.write_text(job)
    done = bench.run()
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not bench.workspace.exists()


def test_a_workspace_that_cannot_be_written_ends_with_3(bench: Bench) -> None:
    bench.workspace = Path("/proc/self/work")
    done = bench.run()
    assert done.returncode == 3
    assert "/proc/self/work" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_ends_with_3_and_a_ledger_that_opens_again(bench: Bench, site: SmallSite) -> None:
    site.pages = 150

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))

    done = bench.run(before=little_room)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert bench.run().returncode == 0
    assert bench.stored() == whole(site)


def test_a_dead_host_ends_with_5(bench: Bench, site: SmallSite) -> None:
    with SmallSite() as another:
        dead = another.url
    bench.write([dead], robots=False)
    done = bench.run()
    assert done.returncode == 5
    assert "connect refused" in done.stdout + done.stderr


def test_what_was_given_up_ends_with_6_and_alone_is_asked_again(bench: Bench, site: SmallSite) -> None:
    site.failing = frozenset({"/3", "/4"})
    done = bench.run()
    assert done.returncode == 6
    assert "2 http 500" in done.stdout + done.stderr
    asked_before = site.asked
    site.failing = frozenset()
    assert bench.run().returncode == 0
    assert site.asked - asked_before == Counter(["/3", "/4"])
    assert bench.stored() == whole(site)
    assert bench.runs() == [(1, "ended", 0)]


def test_a_default_limit_that_cuts_ends_with_6_and_a_written_one_with_0(
    bench: Bench, site: SmallSite
) -> None:
    site.pages = 1005
    done = bench.run()
    assert done.returncode == 6
    assert "max_pages" in done.stdout + done.stderr
    assert sum(bench.stored().values()) == 1000
    bench.write([site.url], {"max_pages": 1003})
    assert bench.run().returncode == 0
    assert sum(bench.stored().values()) == sum(site.asked.values()) == 1003


def test_max_pages_is_met_exactly_under_concurrency(bench: Bench, site: SmallSite) -> None:
    site.pages, site.seconds = 90, 0.01
    bench.write([site.url], {"max_pages": 37}, per_host=32, concurrency=64)
    assert bench.run().returncode == 0
    assert sum(bench.stored().values()) == sum(site.asked.values()) == 37


def test_sigint_drains_and_the_same_command_ends_with_exactly_the_full_set(
    bench: Bench, site: SmallSite
) -> None:
    site.pages, site.seconds = 60, 0.1
    bench.write([site.url], {"max_pages": 50})
    process = bench.start()
    site.wait_until_asked(20)
    process.send_signal(signal.SIGINT)
    code, said = ended(process)
    assert code == 11
    assert "finishing what is in hand" in said
    assert bench.stored() == site.asked  # what was in hand was finished
    assert sum(site.asked.values()) < 50
    assert bench.run().returncode == 0
    assert sum(bench.stored().values()) == 50
    assert set(site.asked.values()) == {1}
    assert bench.runs() == [(1, "ended", 0)]


@pytest.mark.slow
def test_a_drain_ends_within_ten_seconds_though_a_server_hangs(bench: Bench, site: SmallSite) -> None:
    site.hanging = frozenset({"/7"})
    process = bench.start()
    site.wait_until_asked(site.pages + 2)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code, _ = ended(process)
    assert code == 13
    assert time.monotonic() - began < 10.5
    site.hanging = frozenset()
    assert bench.run().returncode == 0
    assert bench.stored() == whole(site)
    assert site.asked == whole(site) + Counter(["/7"])


def test_a_second_ctrl_c_stops_at_once_and_changed_seeds_need_fresh(bench: Bench, site: SmallSite) -> None:
    site.hanging = frozenset({"/7"})
    process = bench.start()
    site.wait_until_asked(site.pages + 2)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "once more stops at once" not in process.stderr.readline():
        pass
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert ended(process)[0] == 11
    assert time.monotonic() - began < 3

    site.hanging = frozenset()
    bench.write([site.url, site.url + "19"])
    refused = bench.run()
    assert (refused.returncode, "--fresh" in refused.stderr) == (2, True)
    assert bench.run("--fresh").returncode == 0
    assert bench.stored() == whole(site)
    assert [state for _, state, _ in bench.runs()] == ["abandoned", "ended"]


def test_a_second_process_ends_with_21_and_names_the_first(bench: Bench, site: SmallSite) -> None:
    site.hanging = frozenset({"/7"})
    process = bench.start()
    try:
        site.wait_until_asked(3)
        second = bench.run()
        assert second.returncode == 21
        assert f"process {process.pid}" in second.stderr
    finally:
        process.kill()
        process.communicate()
    site.hanging = frozenset()
    assert bench.run().returncode == 0
    assert bench.stored() == whole(site)


@pytest.mark.slow
def test_a_killed_run_keeps_its_distance_when_it_continues_or_begins_anew(
    bench: Bench, site: SmallSite
) -> None:
    delay = 2.0  # longer than a process takes to start
    bench.write([site.url], {"max_pages": 2}, delay=delay)
    for more in ((), ("--fresh",)):
        asked_before = len(site.log)
        process = bench.start(*more)
        site.wait_until_asked(asked_before + 2)
        process.kill()
        process.communicate()
    assert bench.run().returncode == 0
    at = [came.at for came in site.log]
    assert min(after - before for before, after in pairwise(at)) >= delay - 0.002
    assert sum(bench.stored().values()) == 2


def test_secrets_reach_the_server_and_no_file_or_output(bench: Bench, site: SmallSite) -> None:
    named = {"X-Key": {"env": "SMALL_KEY"}, "Authorization": {"env": "SMALL_KEY"}}
    bench.write([site.url], headers=named, cookies={"sid": {"env": "SMALL_KEY"}})
    done = bench.run("--json", environment={"SMALL_KEY": CANARY})
    assert done.returncode == 0, done.stderr
    sent = [came.headers for came in site.log if came.path == "/1"]
    assert [(one["x-key"], one["authorization"], one["cookie"]) for one in sent] == [
        (CANARY, CANARY, f"sid={CANARY}")
    ]
    assert CANARY not in done.stdout + done.stderr
    files = [file for file in bench.workspace.rglob("*") if file.is_file()]
    assert len(files) >= 3
    assert [file for file in files if CANARY.encode() in file.read_bytes()] == []
