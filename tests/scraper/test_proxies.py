"""Which proxy a host is asked through, by a clock that is moved by hand."""

from scraper.host_pattern import HostPattern
from scraper.proxies import BENCH_AFTER, BENCH_SECONDS, MOST_BENCH_SECONDS, Proxies, ProxyPlan

ONE, TWO, THREE = "http://one:1", "http://two:1", "http://three:1"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def proxies(*rotating: str, clock: Clock | None = None, **per_host: str) -> Proxies:
    named = tuple((HostPattern.of(host.replace("_", ".")), url) for host, url in per_host.items())
    return Proxies(ProxyPlan(named, rotating), clock or Clock())


def bench(chosen: Proxies, proxy: str) -> None:
    for _ in range(BENCH_AFTER):
        chosen.failed(proxy)


def test_hosts_are_spread_and_each_keeps_its_proxy() -> None:
    chosen = proxies(ONE, TWO, THREE)
    first = [chosen.choose(f"h{n}.example") for n in range(9)]
    assert {first.count(url) for url in (ONE, TWO, THREE)} == {3}
    assert [chosen.choose(f"h{n}.example") for n in range(9)] == first


def test_one_failure_is_forgiven_and_two_in_a_row_are_not() -> None:
    chosen = proxies(ONE, TWO)
    assert chosen.choose("a.example") == ONE
    chosen.failed(ONE)
    chosen.worked(ONE, 0.1)
    chosen.failed(ONE)
    assert chosen.choose("a.example") == ONE
    chosen.failed(ONE)
    assert chosen.choose("a.example") == TWO


def test_a_benched_proxy_comes_back_and_stays_away_longer_every_time() -> None:
    clock = Clock()
    chosen = proxies(ONE, clock=clock)
    bench(chosen, ONE)
    for wait in (BENCH_SECONDS, 2 * BENCH_SECONDS, 4 * BENCH_SECONDS):
        assert chosen.choose("a.example") is None
        clock.now += wait - 0.001
        assert chosen.choose("a.example") is None
        clock.now += 0.001
        assert chosen.choose("a.example") == ONE
        chosen.failed(ONE)  # one is enough now
    for _ in range(30):
        clock.now += MOST_BENCH_SECONDS
        assert chosen.choose("a.example") == ONE
        chosen.failed(ONE)
    clock.now += MOST_BENCH_SECONDS
    chosen.worked(ONE, 0.1)
    bench(chosen, ONE)
    clock.now += BENCH_SECONDS
    assert chosen.choose("a.example") == ONE


def test_a_host_moves_when_its_proxy_is_benched_and_stays_where_it_went() -> None:
    clock = Clock()
    chosen = proxies(ONE, TWO, clock=clock)
    assert chosen.choose("a.example") == ONE
    bench(chosen, ONE)
    assert chosen.choose("a.example") == TWO
    clock.now += BENCH_SECONDS
    assert chosen.choose("a.example") == TWO
    assert chosen.choose("b.example") == ONE


def test_among_equals_the_quickest_is_chosen() -> None:
    chosen = proxies(ONE, TWO)
    chosen.worked(ONE, 2.0)
    chosen.worked(TWO, 0.1)
    assert chosen.choose("a.example") == TWO


def test_hosts_may_have_a_proxy_of_their_own_or_none() -> None:
    chosen = proxies(ONE, shop_example=TWO, intranet_example="direct")
    assert chosen.choose("shop.example:8080") == TWO
    assert chosen.choose("intranet.example") == "direct"
    assert chosen.choose("other.example") == ONE
    bench(chosen, TWO)
    assert chosen.choose("shop.example") is None


def test_without_a_list_the_others_take_the_one_that_is_for_all() -> None:
    named = ((HostPattern.of("shop.example"), TWO),)
    assert Proxies(ProxyPlan(named, (), ONE)).choose("other.example") == ONE
    assert Proxies(ProxyPlan(named)).choose("other.example") == "direct"


def test_a_browser_is_told_the_same_way() -> None:
    chosen = proxies(ONE, intranet_example="direct")
    assert chosen.upstream_for("a.example") == ONE
    assert chosen.upstream_for("intranet.example") == ""
    at_a_port = Proxies(ProxyPlan(((HostPattern.of("shop.example:8080"), TWO),)))
    assert at_a_port.upstream_for("shop.example") == TWO  # a browser's proxy does not say the port
    assert at_a_port.upstream_for("other.example") == ""
    bench(chosen, ONE)
    assert chosen.upstream_for("a.example") is None


def test_tried_proxies_are_left_out() -> None:
    chosen = proxies(ONE, TWO)
    assert chosen.choose("a.example", {ONE}) == TWO
    assert chosen.choose("a.example", {ONE, TWO}) is None


def test_a_plan_does_not_show_passwords() -> None:
    plan = ProxyPlan(((HostPattern.of("a.example"), "http://me:canary@p"),), ("http://me:canary@q",), ONE)
    assert "canary" not in repr(plan)
