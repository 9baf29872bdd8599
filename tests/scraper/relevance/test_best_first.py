from dataclasses import replace

import pytest

from scraper.discover import STEP, Discovery, Found
from scraper.pages import Parsed
from scraper.relevance.best_first import Aim, BestFirst
from scraper.relevance.judge import Glance, NoJudge, Verdict
from scraper.relevance.learned import Learned
from scraper.relevance.sight import Mark, Sight
from scraper.relevance.topic import Topic
from scraper.scope import Scope
from storage.address import DEFAULT_RULES, parse
from storage.words import Kind, Link

SEED = parse("http://shop.test/")
TOPIC = Topic.of("violin repair")
assert TOPIC is not None
MENU, LIST = 11, 12


@pytest.fixture
def discovery() -> Discovery:
    return Discovery(Scope.around([SEED], max_depth=9), DEFAULT_RULES)


@pytest.fixture
def home(discovery: Discovery) -> Link:
    (link,) = discovery.seeds([(SEED, 9)])
    return link


def guide(discovery: Discovery, least: float = 0.0, judge: NoJudge | None = None) -> BestFirst:
    assert TOPIC is not None
    return BestFirst(discovery, Aim(TOPIC, least), Learned.nothing(TOPIC), judge)


def page(counts: tuple[int, int], *links: tuple[str, Mark]) -> Parsed:
    follow = tuple((parse(f"http://shop.test{path}").digest, f"http://shop.test{path}") for path, _ in links)
    sight = Sight(counts, 300, "Heading", "Opening", tuple(mark for _, mark in links))
    return Parsed(digest=b"d" * 32, title="Title", follow=follow, sight=sight)


def order(found: Found) -> list[str]:
    offsets = dict(found.offsets)
    ranked = sorted(found.links, key=lambda link: link.priority + offsets.get(link.slot, 0))
    return [link.url.removeprefix("http://shop.test") for link in ranked]


def test_links_go_by_how_much_of_the_topic_they_say(discovery: Discovery, home: Link) -> None:
    links = (("/a", (LIST, 0b00)), ("/b", (LIST, 0b11)), ("/c", (LIST, 0b01)))
    assert order(guide(discovery).found(home, page((0, 0), *links))) == ["/b", "/c", "/a"]


def test_links_of_a_relevant_page_go_before_those_of_another(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    dull = best_first.found(home, page((0, 0), ("/a", (LIST, 0))))
    good = best_first.found(home, page((9, 9), ("/b", (LIST, 0))))
    assert good.links[0].priority < dull.links[0].priority
    assert dull.relevance == 0.0
    assert good.relevance == pytest.approx(0.99, abs=0.05)


def test_seeds_go_before_everything_and_depth_decides_among_equals(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    near = best_first.found(home, page((0, 0), ("/a", (LIST, 0b11)))).links[0]
    far = best_first.found(replace(home, depth=3), page((0, 0), ("/b", (LIST, 0b11)))).links[0]
    assert home.priority < near.priority < far.priority < near.priority + STEP


def test_a_slot_that_leads_nowhere_falls_behind(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    found = best_first.found(home, page((0, 0), *((f"/x/{n}", (LIST, 0)) for n in range(20))))
    (slot,) = {link.slot for link in found.links}
    offset = dict(found.offsets)[slot]
    for link in found.links:
        offset = dict(best_first.found(link, page((0, 0))).offsets).get(slot, offset)
    assert offset > dict(found.offsets)[slot] + 4 * STEP


def test_a_slot_whose_links_fail_falls_behind_too(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    found = best_first.found(home, page((0, 0), *((f"/x/{n}", (LIST, 0)) for n in range(9))))
    moved = [offset for link in found.links for _, offset in best_first.missed(link).offsets]
    assert moved == sorted(moved)
    assert moved[-1] > found.offsets[0][1]


def test_a_list_of_the_topic_is_worth_a_visit_though_it_says_nothing_itself(
    discovery: Discovery, home: Link
) -> None:
    def offset_after(counted: tuple[tuple[str, Mark], ...]) -> int:
        best_first = guide(Discovery(discovery.scope, DEFAULT_RULES))
        hub = best_first.found(home, page((0, 0), ("/hub/1", (MENU, 0)))).links[0]
        return dict(best_first.found(hub, page((0, 0), *counted)).offsets).get(hub.slot, 0)

    promising = offset_after(tuple((f"/a/{n}", (LIST, 0b11)) for n in range(9)))
    dull = offset_after(tuple((f"/a/{n}", (LIST, 0)) for n in range(9)))
    assert promising < dull


def test_pages_off_the_topic_are_not_followed_but_seeds_are(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery, least=0.3)
    seed = best_first.found(home, page((0, 0), ("/a/1", (LIST, 0))))
    assert (seed.is_off_topic, len(seed.links)) == (False, 1)
    dull = best_first.found(seed.links[0], page((0, 0), ("/b/1", (LIST, 0))))
    assert (dull.is_off_topic, dull.links, dull.relevance) == (True, (), 0.0)
    good = best_first.found(seed.links[0], page((9, 9), ("/b/1", (LIST, 0))))
    assert (good.is_off_topic, len(good.links)) == (False, 1)


def test_a_link_is_handed_on_again_only_where_it_looks_better(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    first = best_first.found(home, page((0, 0), ("/a", (LIST, 0))))
    same = best_first.found(home, page((0, 0), ("/a", (MENU, 0))))
    better = best_first.found(home, page((9, 9), ("/a", (MENU, 0b11))))
    assert (len(first.links), len(same.links), len(better.links)) == (1, 0, 1)
    assert better.links[0].priority < first.links[0].priority


def test_links_out_of_scope_are_left_out_and_traps_refused(discovery: Discovery, home: Link) -> None:
    url = "http://elsewhere.test/"
    parsed = page((0, 0), ("/a/a/a/a", (LIST, 0b11)))
    parsed = parsed._replace(
        follow=(*parsed.follow, (parse(url).digest, url)),
        sight=Sight((0, 0), 1, "", "", ((LIST, 3), (LIST, 3))),
    )
    found = guide(discovery).found(home, parsed)
    assert ([refusal.reason for refusal in found.refusals], found.links) == (["trap_repetition"], ())


def test_a_page_that_forbids_to_follow_is_scored_all_the_same(discovery: Discovery, home: Link) -> None:
    parsed = page((9, 9), ("/a", (LIST, 0b11)))._replace(follow=())
    found = guide(discovery).found(home, parsed)
    assert found.links == ()
    assert found.relevance
    assert guide(discovery).found(home, parsed._replace(sight=())) == Found()


def test_looking_at_a_page_again_teaches_nothing_new(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    best_first.found(home, page((9, 9)))
    before = best_first.kept()
    best_first.found(replace(home, kind=Kind.REREAD, slot=5), page((0, 9)))
    assert best_first.kept() == before


def test_what_a_sitemap_lists_goes_by_its_address(discovery: Discovery, home: Link) -> None:
    urls = ("http://shop.test/a/1", "http://shop.test/violin-repair", "http://shop.test/b/violin")
    listed = [
        discovery.listed(url, home.url, 8, urgency) for url, urgency in zip(urls, (0, 500, 900), strict=True)
    ]
    sitemap = replace(home, url="http://shop.test/sitemap.xml", kind=Kind.SITEMAP)
    further = replace(sitemap, url="http://shop.test/more.xml", priority=-STEP)
    found = Found((further, *(link for link in listed if isinstance(link, Link))))
    ranked = guide(discovery).listed(sitemap, found)
    assert order(ranked) == ["/more.xml", "/violin-repair", "/b/violin", "/a/1"]
    assert ranked.links[0] == further


class Sure(NoJudge):
    """Thinks the same of everything."""

    def __init__(self, relevance: float) -> None:
        self.relevance = relevance
        self.shown: list[Glance] = []

    def known(self, glance: Glance) -> float | None:
        self.shown.append(glance)
        return self.relevance


def test_a_judge_who_knows_is_heard_and_is_shown_little(discovery: Discovery, home: Link) -> None:
    judge = Sure(1.0)
    found = guide(discovery, judge=judge).found(home, page((0, 0)))
    assert found.relevance == 0.5
    assert judge.shown == [Glance("shop.test/*", home.url, "Title", "Heading", "Opening", 0.0)]


def test_a_late_verdict_moves_the_slots_around_its_pages(discovery: Discovery, home: Link) -> None:
    best_first = guide(discovery)
    found = best_first.found(home, page((0, 0), ("/x/1", (LIST, 0)), ("/y/1", (MENU, 0))))
    slots = {link.url[-4:]: link.slot for link in found.links}
    before = dict(found.offsets)
    best_first.found(found.links[0], page((0, 0)))
    moved = best_first.heard(Verdict("shop.test/x/*", 1.0))
    assert moved[slots["/x/1"]] < before[slots["/x/1"]]
    assert slots["/y/1"] not in moved
    assert best_first.heard(Verdict("never.test/*", 1.0)) == {}


def test_what_was_learned_goes_on_in_the_next_process(discovery: Discovery, home: Link) -> None:
    assert TOPIC is not None
    best_first = guide(discovery)
    found = best_first.found(home, page((3, 0), *((f"/x/{n}", (LIST, 0)) for n in range(9))))
    for link in found.links:
        best_first.found(link, page((0, 0)))
    learned = Learned.of(TOPIC, best_first.kept())
    assert learned.kept(TOPIC) == best_first.kept()
    assert (learned.rarity.pages, learned.rarity.holders) == (10, [1, 0])
    other = Topic.of("steam engines")
    assert other is not None
    assert Learned.of(other, best_first.kept()).rarity.pages == 0
