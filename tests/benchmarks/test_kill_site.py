"""The site that kills are judged by: its answers are the truth it tells."""

from hashlib import sha256

from benchmarks.kill_site import KillSite, Manner, manner_of, missing, truth
from benchmarks.pages import links_of, number_of, path_of

PAGES = 600


def _body(wire: bytes) -> bytes:
    return wire.partition(b"\r\n\r\n")[2]


def test_every_page_can_be_reached() -> None:
    moved = {path.replace("/moved/", "/page/") for path in truth(PAGES)}
    assert moved | missing(PAGES) == {path_of(number) for number in range(PAGES)}


def test_what_fails_once_is_fine_the_second_time() -> None:
    site = KillSite(PAGES)
    kept = truth(PAGES)
    for path in (path for path in kept if path.startswith("/page/")):
        manner = manner_of(number_of(path) or 0)
        first, second = site(path), site(path)
        assert (first.status == 200) == (manner is Manner.FINE)
        assert second.status == 200
        assert sha256(_body(second.wire)).hexdigest() == kept[path]


def test_a_moved_page_is_found_where_its_redirect_points() -> None:
    site = KillSite(PAGES)
    answer = site(path_of(13))
    assert answer.status == 302
    assert b"\r\nLocation: /moved/13.html\r\n" in answer.wire
    assert sha256(_body(site("/moved/13.html").wire)).hexdigest() == truth(PAGES)["/moved/13.html"]


def test_a_tracking_parameter_leads_to_the_same_page() -> None:
    site = KillSite(PAGES)
    assert site("/page/5.html?utm_source=page4").wire == site("/page/5.html").wire


def test_some_links_carry_a_tracking_parameter() -> None:
    assert b'href="/page/21.html?utm_source=page4"' in KillSite(PAGES)("/page/4.html").wire


def test_a_page_has_thirty_links_inside_the_site() -> None:
    assert all(len(links_of(n, PAGES)) == 30 and max(links_of(n, PAGES)) < PAGES for n in range(PAGES))


def test_one_page_of_twenty_answers_with_an_error() -> None:
    errors = {Manner.GONE, Manner.FAILS_ONCE, Manner.BUSY_ONCE}
    assert sum(manner_of(number) in errors for number in range(PAGES)) == PAGES // 20
