"""A worker is told of a host when there is news, and both ends forget alike."""

from hypothesis import given
from hypothesis import strategies as st

from scraper.sites import SiteMemory, Sites, Told

HOSTS = st.sampled_from("abcd")
STEPS = st.lists(st.tuples(st.booleans(), HOSTS, st.sampled_from((b"1", b"2", b"3"))), max_size=60)


@given(STEPS)
def test_a_worker_knows_what_is_known_of_a_host_whenever_it_reads_a_page_of_it(
    steps: list[tuple[bool, str, bytes]],
) -> None:
    sites, memory = Sites(), SiteMemory(most_hosts=2)
    told = Told(sites, most_hosts=2)
    known: dict[str, bytes] = {}
    for is_lesson, host, packed in steps:
        if is_lesson:
            sites.learn(host, "selection", packed)
            known[host] = packed
        else:
            if news := told.news(host):
                memory.hear(host, news)
            assert memory.part(host, "selection") == known.get(host, b"")


def test_what_was_told_is_not_told_again() -> None:
    sites = Sites()
    told = Told(sites)
    sites.learn("a", "selection", b"1")
    assert told.news("a")
    assert told.news("a") == b""
    sites.learn("a", "selection", b"1")
    assert told.news("a") == b""
    sites.learn("a", "menus", b"2")
    assert told.news("a")


def test_the_parts_of_a_host_do_not_disturb_each_other() -> None:
    sites, memory = Sites(), SiteMemory()
    sites.learn("a", "selection", b"1")
    sites.learn("a", "menus", b"2")
    memory.hear("a", sites.packed("a"))
    assert (memory.part("a", "selection"), memory.part("a", "menus")) == (b"1", b"2")
    assert memory.part("b", "menus") == b""
