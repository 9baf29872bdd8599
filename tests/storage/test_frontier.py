"""The embedded frontier passes the conformance suite, and behaves like a dictionary under any sequence."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.runs import continue_run, counts, newest_run, start_run
from storage.words import Lease
from tests.storage.frontier_conformance import FrontierConformance, Ticker, ended, link


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


class TestSqliteFrontier(FrontierConformance):
    @pytest.fixture
    async def frontier(self, ledger: Ledger, clock: Ticker) -> AsyncIterator[SqliteFrontier]:
        run = await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
        frontier = SqliteFrontier(ledger, run.run, clock=clock)
        await frontier.open()
        yield frontier
        await frontier.close()


async def test_what_was_out_when_the_process_died_is_given_out_at_once(workspace: Path) -> None:
    path = workspace / "ledger.sqlite"
    async with Ledger(path) as ledger:
        run = await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
        frontier = SqliteFrontier(ledger, run.run)
        await frontier.add([link("/1"), link("/2")])
        done, _ = await frontier.claim(2, 600, 1)
        await frontier.commit([ended(done)])
        await frontier.close()
    async with Ledger(path) as ledger:
        frontier = SqliteFrontier(ledger, run.run)
        await frontier.open()
        (lease,) = await frontier.claim(9, 600, 1)
        assert lease.link.url == "http://a.test/2"
        await frontier.close()


async def test_a_continued_run_tries_again_what_had_no_final_outcome(ledger: Ledger) -> None:
    run = await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
    frontier = SqliteFrontier(ledger, run.run)
    await frontier.add([link("/1"), link("/2")])
    one, two = await frontier.claim(2, 600, 1)
    await frontier.commit([ended(one, final=False), ended(two)])
    assert await ledger.write(lambda c: continue_run(c, run, "{}")) == 1
    again = SqliteFrontier(ledger, run.run)
    await again.open()
    (lease,) = await again.claim(9, 600, 1)
    assert lease.visit == one.visit
    assert [(c.outcome, c.visits) for c in await ledger.read(lambda c: counts(c, run.run))] == [
        ("fetched", 1)
    ]
    await frontier.close()
    await again.close()


async def test_an_earlier_copy_comes_with_the_lease_of_the_next_run(ledger: Ledger) -> None:
    run = await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
    frontier = SqliteFrontier(ledger, run.run)
    await frontier.add([link("/1")])
    (lease,) = await frontier.claim(1, 600, 1)
    assert lease.earlier is None
    await frontier.commit([ended(lease)])
    await frontier.close()
    second = await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
    frontier = SqliteFrontier(ledger, second.run)
    await frontier.add([link("/1")])
    (again,) = await frontier.claim(1, 600, 1)
    assert again.earlier is not None
    assert (again.earlier.visit, again.earlier.digest) == (lease.visit, b"d" * 16)
    await frontier.close()


class FrontierMachine(RuleBasedStateMachine):
    """Adds, claims, commits, releases, kills and restarts, against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.clock = Ticker()
        self.known: dict[str, str] = {}  # path -> waiting, out, done
        self.leases: dict[str, Lease] = {}
        self.runner.run(self._start())

    async def _start(self) -> None:
        self.ledger = Ledger(Path(self.folder.name) / "ledger.sqlite")
        await self.ledger.__aenter__()
        run = await self.ledger.read(lambda c: newest_run(c, "job"))
        if run is None:
            run = await self.ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
        self.frontier = SqliteFrontier(self.ledger, run.run, slots=3, clock=self.clock)
        await self.frontier.open()

    async def _end(self) -> None:
        await self.frontier.close()
        await self.ledger.__aexit__(None, None, None)

    @rule(paths=st.lists(st.sampled_from("abcdefgh"), max_size=5), host=st.sampled_from(["a.test", "b.test"]))
    def add(self, paths: list[str], host: str) -> None:
        new = {f"{host}/{path}" for path in paths} - self.known.keys()
        added = self.runner.run(self.frontier.add([link(f"/{path}", host) for path in paths]))
        assert added == len(new)
        self.known.update(dict.fromkeys(new, "waiting"))

    @rule(n=st.integers(1, 5))
    def claim(self, n: int) -> None:
        waiting = {name for name, state in self.known.items() if state == "waiting"}
        out = [name for name, state in self.known.items() if state == "out"]
        room = sum(
            min(3 - sum(o.startswith(h) for o in out), sum(w.startswith(h) for w in waiting))
            for h in ("a.test", "b.test")
        )
        leases: list[Lease] = []
        while len(leases) < min(n, room):
            got = self.runner.run(self._claim(n - len(leases)))
            assert got, "a due visit was not given out"
            leases.extend(got)
        for lease in leases:
            name = lease.link.url.removeprefix("http://")
            assert self.known[name] == "waiting"
            self.known[name] = "out"
            self.leases[name] = lease

    async def _claim(self, n: int) -> list[Lease]:
        for _ in range(100):
            leases = await self.frontier.claim(n, 600)
            if leases:
                return leases
            await asyncio.sleep(0.001)  # refills come from the ledger's thread
        return []

    @rule(data=st.data(), new=st.sampled_from("abcdefgh"))
    def commit(self, data: st.DataObject, new: str) -> None:
        if not self.leases:
            return
        name = data.draw(st.sampled_from(sorted(self.leases)))
        lease = self.leases.pop(name)
        assert self.runner.run(self.frontier.commit([ended(lease, link(f"/{new}"))])) == []
        self.known[name] = "done"
        self.known.setdefault(f"a.test/{new}", "waiting")

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        if not self.leases:
            return
        name = data.draw(st.sampled_from(sorted(self.leases)))
        assert self.runner.run(self.frontier.release(self.leases.pop(name), self.clock.now, "timeout"))
        self.known[name] = "waiting"

    @rule()
    def expire(self) -> None:
        self.clock.now += 601
        self.leases.clear()
        self.known = {name: "waiting" if state == "out" else state for name, state in self.known.items()}

    @rule()
    def restart(self) -> None:
        self.runner.run(self._end())
        self.runner.run(self._start())
        self.leases.clear()
        self.known = {name: "waiting" if state == "out" else state for name, state in self.known.items()}

    @invariant()
    def the_end_is_known(self) -> None:
        assert self.frontier.is_exhausted == all(state == "done" for state in self.known.values())

    def teardown(self) -> None:
        self.runner.run(self._end())
        self.runner.close()
        self.folder.cleanup()


TestFrontierMachine = FrontierMachine.TestCase
TestFrontierMachine.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
