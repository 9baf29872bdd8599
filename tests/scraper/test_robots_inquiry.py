from dataclasses import dataclass

import pytest

from scraper.robots_inquiry import FRESH_SECONDS, MAX_ERROR_SECONDS, Inquiry, Verdict, inquire

NOW = 1000.0
PLACE = "https://shop.example:8443"


@dataclass(frozen=True)
class Said:
    status: int = 200
    body: bytes = b"User-agent: *\nDisallow: /private\n"
    reason: str = "ok"
    location: str = ""
    retry_after: float | None = None


def ask(*answers: Said, failures: int = 0) -> Verdict | Inquiry:
    step: Verdict | Inquiry = inquire(PLACE, "Tandem/1.0", failures)
    for answer in answers:
        assert isinstance(step, Inquiry)
        step = step.after(answer, NOW)
    return step


def verdict(*answers: Said, failures: int = 0) -> Verdict:
    step = ask(*answers, failures=failures)
    assert isinstance(step, Verdict)
    return step


def test_the_question_goes_to_the_root_of_the_authority() -> None:
    assert inquire(PLACE, "x").url == "https://shop.example:8443/robots.txt"


@pytest.mark.parametrize(
    ("answer", "reason", "page", "private"),
    [
        (Said(200), "robots_read", True, False),
        (Said(206), "robots_read", True, False),
        (Said(204, b""), "robots_read", True, True),
        (Said(400), "robots_absent", True, True),
        (Said(401), "robots_absent", True, True),
        (Said(403), "robots_absent", True, True),
        (Said(404), "robots_absent", True, True),
        (Said(410), "robots_absent", True, True),
        (Said(451), "robots_absent", True, True),
        (Said(429), "robots_unreachable", False, False),
        (Said(500), "robots_unreachable", False, False),
        (Said(503), "robots_unreachable", False, False),
        (Said(599), "robots_unreachable", False, False),
        (Said(999), "robots_unreachable", False, False),
        (Said(0, b"", "timeout"), "robots_unreachable", False, False),
        (Said(0, b"", "dns"), "robots_unreachable", False, False),
        (Said(0, b"", "tls"), "robots_unreachable", False, False),
        (Said(0, b"", "egress"), "robots_unreachable", False, False),
        (Said(200, b"User-agent", "cut"), "robots_unreachable", False, False),
        (Said(200, reason="too_large"), "robots_read", True, False),
        (Said(200, b"\x89PNG", "unwanted_type"), "robots_read", True, True),
        (Said(200, b"", "corrupt_encoding"), "robots_unreachable", False, False),
        (Said(301, reason="no_location"), "robots_absent", True, True),
        (Said(304, reason="unasked_304"), "robots_absent", True, True),
        (Said(301), "robots_absent", True, True),
        (Said(301, location="ftp://h.example/robots.txt"), "robots_absent", True, True),
        (Said(302, location="http://["), "robots_absent", True, True),
    ],
)
def test_every_answer_has_its_verdict(answer: Said, reason: str, page: bool, private: bool) -> None:
    found = verdict(answer)
    assert found.reason == reason
    assert found.rules.allows("https://shop.example:8443/page") is page
    assert found.rules.allows("https://shop.example:8443/private/x") is private


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_also_to_another_host(status: int) -> None:
    step = ask(Said(status, location="//other.example/r"))
    assert isinstance(step, Inquiry)
    assert step.url == "https://other.example/r"
    assert not verdict(Said(status, location="//other.example/r"), Said()).rules.allows("https://x/private")


def test_five_redirects_are_followed_and_a_sixth_means_no_file() -> None:
    hop = Said(302, location="/again")
    assert verdict(*[hop] * 5, Said()).reason == "robots_read"
    assert verdict(*[hop] * 6).reason == "robots_absent"


def test_an_answer_holds_a_day_and_a_failure_two_seconds() -> None:
    assert verdict(Said()).fresh_until == NOW + FRESH_SECONDS
    assert verdict(Said(404)).fresh_until == NOW + FRESH_SECONDS
    assert verdict(Said(503)).fresh_until == NOW + 2


def test_failures_in_a_row_wait_longer_but_never_more_than_an_hour() -> None:
    waits = [verdict(Said(503), failures=count).fresh_until - NOW for count in (0, 1, 2, 20, 5000)]
    assert waits == [2, 4, 8, MAX_ERROR_SECONDS, MAX_ERROR_SECONDS]


def test_a_server_may_ask_for_more_patience_but_not_for_ever() -> None:
    assert verdict(Said(503, retry_after=600)).fresh_until == NOW + 600
    assert verdict(Said(503, retry_after=1)).fresh_until == NOW + 2
    assert verdict(Said(503, retry_after=1e9)).fresh_until == NOW + MAX_ERROR_SECONDS


def test_the_third_failure_gives_up_and_a_redirect_keeps_the_count() -> None:
    hop = Said(302, location="/again")
    assert not verdict(Said(503), failures=1).is_given_up
    assert verdict(hop, Said(503), failures=2).is_given_up
    assert verdict(Said(), failures=2).failures == 0
