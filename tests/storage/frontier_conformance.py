"""What every frontier must do: each implementation subclasses the suite with its own `frontier` fixture."""

import asyncio
import time
from dataclasses import replace
from hashlib import blake2b

from scraper.borders import Frontier
from storage.words import Budget, Kind, Lease, Link, Outcome, Page, ReadContent, Refusal, Visit


class Ticker:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def link(path: str, host: str = "a.test", **more: object) -> Link:
    key = blake2b(f"{host}{path}".encode(), digest_size=16).digest()
    return Link(f"http://{host}{path}", key, host, **more)  # type: ignore[arg-type]


def ended(lease: Lease, *new_links: Link, final: bool = True) -> Visit:
    outcome = Outcome.FETCHED if final else Outcome.FAILED
    page = Page(body=b"x", digest=b"d" * 32, wire_bytes=10)
    return Visit(lease, outcome, "ok", time.time(), 200, page=page, final=final, new_links=new_links)


class FrontierConformance:
    async def test_a_link_is_given_out_once(self, frontier: Frontier) -> None:
        assert await frontier.add([link("/1"), link("/1"), link("/2")]) == 2
        leases = await frontier.claim(10, 60, 1)
        assert sorted(lease.link.url for lease in leases) == ["http://a.test/1", "http://a.test/2"]
        assert await frontier.claim(10, 60) == []

    async def test_a_known_link_is_not_new_after_its_visit_ended(self, frontier: Frontier) -> None:
        await frontier.add([link("/1")])
        (lease,) = await frontier.claim(10, 60, 1)
        assert await frontier.commit([ended(lease)]) == []
        assert await frontier.add([link("/1")]) == 0
        assert frontier.is_exhausted

    async def test_a_token_is_good_for_one_commit(self, frontier: Frontier) -> None:
        await frontier.add([link("/1")])
        (lease,) = await frontier.claim(10, 60, 1)
        assert await frontier.commit([ended(lease)]) == []
        assert await frontier.commit([ended(lease)]) == [lease.token]

    async def test_an_expired_lease_is_given_out_again_and_its_token_refused(
        self, frontier: Frontier, clock: Ticker
    ) -> None:
        await frontier.add([link("/1")])
        (old,) = await frontier.claim(10, 60, 1)
        clock.now += 61
        (new,) = await frontier.claim(10, 60, 1)
        assert new.visit == old.visit
        assert await frontier.commit([ended(old)]) == [old.token]
        assert await frontier.commit([ended(new)]) == []

    async def test_an_extended_lease_does_not_expire(self, frontier: Frontier, clock: Ticker) -> None:
        await frontier.add([link("/1")])
        (lease,) = await frontier.claim(10, 60, 1)
        assert frontier.extend([lease], clock.now + 120) == []
        clock.now += 61
        assert await frontier.claim(10, 60) == []
        assert await frontier.commit([ended(lease)]) == []
        assert frontier.extend([lease], clock.now + 120) == [lease.token]

    async def test_links_come_by_priority_then_in_order_of_arrival(self, frontier: Frontier) -> None:
        await frontier.add([link("/c", priority=2), link("/a", priority=1), link("/b", priority=1)])
        leases = await frontier.claim(10, 60, 1)
        assert [lease.link.url[-1] for lease in leases] == ["a", "b", "c"]

    async def test_hosts_take_turns(self, frontier: Frontier) -> None:
        await frontier.add([link(f"/{n}", host) for host in ("a.test", "b.test") for n in range(40)])
        seen: set[str] = set()
        while len(seen) < 2:  # from here on both have links at hand
            seen.add(await self._asked(frontier))
            await asyncio.sleep(0.01)  # a claim that finds something does not wait for what is being read
        hosts = [await self._asked(frontier) for _ in range(4)]
        assert hosts.count("a.test") == 2

    async def _asked(self, frontier: Frontier) -> str:
        """The host whose turn it is, asked and done with."""
        (lease,) = await frontier.claim(1, 60, 1)
        frontier.free(lease)
        return lease.link.host

    async def test_a_host_has_no_more_requests_than_slots(self, frontier: Frontier) -> None:
        await frontier.add([link(f"/{n}") for n in range(10)])
        first = await frontier.claim(10, 60, 1)
        assert len(first) == 4
        assert await frontier.claim(10, 60) == []
        frontier.free(first[0])
        assert len(await frontier.claim(10, 60, 1)) == 1

    async def test_slots_can_be_changed_while_running(self, frontier: Frontier) -> None:
        await frontier.add([link(f"/{n}") for n in range(10)])
        first = await frontier.claim(10, 60, 1)
        frontier.hold("a.test", slots=6)
        assert len(first) == 4
        assert len(await frontier.claim(10, 60, 1)) == 2

    async def test_with_a_gap_the_next_request_waits_for_the_answer_and_then_the_gap(
        self, frontier: Frontier, clock: Ticker
    ) -> None:
        await frontier.add([link(f"/{n}") for n in range(3)])
        (seed,) = await frontier.claim(1, 60, 1)
        frontier.hold("a.test", gap=5.0)
        frontier.free(seed)
        (lease,) = await frontier.claim(10, 60, 1)
        clock.now += 30
        assert await frontier.claim(10, 60) == []
        frontier.answered(lease)
        clock.now += 4.9
        assert await frontier.claim(10, 60) == []
        clock.now += 0.2
        assert len(await frontier.claim(10, 60, 1)) == 1

    async def test_a_held_host_waits_while_others_go_on(self, frontier: Frontier, clock: Ticker) -> None:
        await frontier.add([link("/1", "a.test"), link("/2", "a.test"), link("/1", "b.test")])
        hosts = {lease.link.host for lease in await frontier.claim(1, 60, 1)}
        frontier.hold("a.test", until=clock.now + 100)
        rest = [] if "b.test" in hosts else await frontier.claim(10, 60, 1)
        assert "a.test" not in {lease.link.host for lease in rest}
        assert "b.test" in hosts | {lease.link.host for lease in rest}
        clock.now += 101
        assert "a.test" in {lease.link.host for lease in await frontier.claim(10, 60, 1)}

    async def test_a_released_visit_waits_its_time_and_counts_its_tries(
        self, frontier: Frontier, clock: Ticker
    ) -> None:
        await frontier.add([link("/1")])
        (lease,) = await frontier.claim(1, 60, 1)
        assert await frontier.release(lease, clock.now + 10, "timeout")
        assert not await frontier.release(lease, clock.now + 10, "timeout")
        assert await frontier.claim(1, 60) == []
        assert not frontier.is_exhausted
        clock.now += 11
        (again,) = await frontier.claim(1, 60, 1)
        assert again.tries == 1

    async def test_a_release_without_reason_is_no_try_and_may_change_the_url(
        self, frontier: Frontier, clock: Ticker
    ) -> None:
        await frontier.add([link("/1")])
        (lease,) = await frontier.claim(1, 60, 1)
        await frontier.release(lease, clock.now, "", "http://a.test/1?x=1")
        (again,) = await frontier.claim(1, 60, 1)
        assert (again.tries, again.link.url) == (0, "http://a.test/1?x=1")

    async def test_links_of_a_committed_page_wait(self, frontier: Frontier) -> None:
        await frontier.add([link("/1")])
        (lease,) = await frontier.claim(1, 60, 1)
        await frontier.commit([ended(lease, link("/2"), link("/1"))])
        (next_lease,) = await frontier.claim(9, 60, 1)
        assert next_lease.link.url.endswith("/2")

    async def test_a_full_budget_refuses_by_name_and_the_refused_link_stays_known(
        self, frontier: Frontier
    ) -> None:
        budgets = (Budget(b"family", 2, "trap_family"),)
        links = [link(f"/{n}", budgets=budgets) for n in range(5)]
        assert await frontier.add(links) == 2
        assert await frontier.add(links) == 0
        assert len(await frontier.claim(10, 60, 1)) == 2

    async def test_a_group_that_brings_the_same_bodies_again_takes_no_more(self, frontier: Frontier) -> None:
        budgets = (Budget(b"family", 100, "trap_family", 4, 0.5, "trap_barren"),)
        await frontier.add([link(f"/{n}", budgets=budgets) for n in range(4)])
        leases = await frontier.claim(4, 60, 1)
        await frontier.commit([replace(ended(lease), group=b"family") for lease in leases])
        assert await frontier.add([link("/5", budgets=budgets)]) == 0
        assert await frontier.add([link("/6", budgets=(replace(budgets[0], name=b"other"),))]) == 1

    async def test_a_group_that_brings_the_same_texts_again_takes_no_more(self, frontier: Frontier) -> None:
        budgets = (Budget(b"family", 100, "trap_family", 4, 0.5, "trap_barren"),)
        await frontier.add([link(f"/{n}", budgets=budgets) for n in range(4)])
        leases = await frontier.claim(4, 60, 1)
        same = ReadContent(1, duplicate_of=b"f" * 32)
        pages = [Page(digest=bytes([n]) * 32, content=same) for n in range(4)]
        ends = [
            replace(ended(one), group=b"family", page=page) for one, page in zip(leases, pages, strict=True)
        ]
        await frontier.commit(ends)
        assert await frontier.add([link("/5", budgets=budgets)]) == 0

    async def test_a_refused_link_is_known_and_never_given_out(self, frontier: Frontier) -> None:
        assert await frontier.refuse([Refusal(link("/trap"), "trap_calendar")]) == 1
        assert await frontier.refuse([Refusal(link("/trap"), "trap_calendar")]) == 0
        assert await frontier.add([link("/trap")]) == 0
        assert frontier.is_exhausted

    async def test_a_link_met_again_nearer_may_lead_further(self, frontier: Frontier) -> None:
        await frontier.add([link("/far", depth=3, left=1)])
        await frontier.add([link("/far", depth=1, left=3)])
        (lease,) = await frontier.claim(1, 60, 1)
        assert (lease.link.depth, lease.link.left) == (1, 3)

    async def test_a_stored_page_met_again_nearer_is_read_again_once_and_stays_one_page(
        self, frontier: Frontier
    ) -> None:
        await frontier.add([link("/deep", depth=3, left=0)])
        (lease,) = await frontier.claim(1, 60, 1)
        await frontier.commit([ended(lease)])
        assert await frontier.add([link("/deep", depth=1, left=2), link("/deep", depth=1, left=2)]) == 1
        (again,) = await frontier.claim(1, 60, 1)
        assert (again.visit, again.link.kind, again.link.left) == (lease.visit, Kind.REREAD, 2)
        await frontier.commit([ended(again, link("/deeper", depth=2, left=1))])
        (below,) = await frontier.claim(9, 60, 1)
        assert below.link.url.endswith("/deeper")

    async def test_a_stored_page_that_comes_nearer_step_by_step_waits_once(self, frontier: Frontier) -> None:
        await frontier.add([link("/deep", depth=9, left=0)])
        (lease,) = await frontier.claim(1, 60, 1)
        await frontier.commit([ended(lease)])
        for left in (2, 4, 4, 3):
            await frontier.add([link("/deep", depth=1, left=left)])
        assert frontier.stats().waiting == 1
        (again,) = await frontier.claim(9, 60, 1)
        assert again.link.kind is Kind.REREAD
        await frontier.commit([ended(again)])
        assert frontier.is_exhausted

    async def test_stats_count_what_waits_and_what_is_out(self, frontier: Frontier) -> None:
        await frontier.add([link(f"/{n}") for n in range(10)])
        leases = await frontier.claim(3, 60, 1)
        stats = frontier.stats()
        assert (stats.waiting, stats.leased, stats.hosts) == (7, 3, 1)
        await frontier.commit([ended(lease) for lease in leases])
        assert (frontier.stats().waiting, frontier.stats().leased) == (7, 0)
