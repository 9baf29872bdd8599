import tracemalloc

from storage.host_queue import HostQueue, Waiting
from storage.leases import Leases
from storage.words import Lease, Link

HOST = HostQueue("a.test", 1, 0.0, 8)


def lease(leases: Leases, visit: int, until: float) -> Lease:
    return leases.new(HOST, Waiting(visit, Link("http://a.test/", b"k" * 16, "a.test"), 0), until)


def give_and_end(leases: Leases, times: int) -> None:
    for number in range(times):
        held = leases.current(lease(leases, number, 1_000.0 + number))
        assert held is not None
        leases.drop(held)


def test_leases_that_ended_leave_nothing_behind() -> None:
    leases = Leases()
    give_and_end(leases, 2_000)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    give_and_end(leases, 20_000)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 100_000


def test_leases_expire_at_their_moments_however_many_came_and_went() -> None:
    leases = Leases()
    early, extended = lease(leases, 1, 10.0), lease(leases, 2, 11.0)
    give_and_end(leases, 2_000)
    assert leases.extend([extended], 30.0) == []
    assert leases.next_expiry() == 10.0
    assert [held.lease.visit for held in leases.expired(20.0)] == [early.visit]
    assert [held.lease.visit for held in leases.expired(29.0)] == []
    assert [held.lease.visit for held in leases.expired(31.0)] == [extended.visit]
    assert len(leases) == 0
