"""What becomes of requests that the browser holds back, decided without a browser."""

from base64 import b64decode
from typing import Any

import pytest

from scraper.message import Response
from scraper.render.interception import Answer, Interception, patterns
from scraper.render.unneeded import ALL, Unneeded
from scraper.render.words import Action, RenderRequest

URL = "http://shop.test/a"
KNOWN = Response("ok", 404, (("Content-Encoding", "gzip"), ("X-Kept", "yes")), body=b"<p>w\xc3\xb6rter")


def event(url: str, kind: str = "Document", frame: str = "main", **headers: str) -> dict[str, Any]:
    request = {"url": url, "headers": headers}
    return {"requestId": "1", "frameId": frame, "resourceType": kind, "request": request}


def interception(**wishes: Any) -> Interception:
    return Interception("main", RenderRequest(URL, "shop.test", **wishes), ALL)


def is_let_go(answer: Answer) -> bool:
    return answer.method == "Fetch.continueRequest" and "headers" not in answer.parameters


def test_the_known_document_is_handed_over_once() -> None:
    tried = interception(response=KNOWN)
    method, given, _ = tried.answer(event(URL))
    assert method == "Fetch.fulfillRequest"
    assert given["responseCode"] == 404
    assert given["responseHeaders"] == [{"name": "X-Kept", "value": "yes"}]
    assert b64decode(given["body"]) == KNOWN.body
    assert is_let_go(tried.answer(event(URL)))
    assert tried.handed_over == 1


def test_another_host_is_noted_and_not_asked() -> None:
    tried = interception()
    assert is_let_go(tried.answer(event(URL)))
    answer = tried.answer(event("http://other.test/"))
    assert (answer.method, answer.ends_reading) == ("Fetch.failRequest", True)
    assert tried.leads_to == "http://other.test/"


def test_steps_lead_wherever_the_job_wants() -> None:
    tried = interception(actions=(Action("click", "a"),))
    assert is_let_go(tried.answer(event("http://other.test/")))


def test_a_page_goes_round_in_circles_for_some_rounds_only() -> None:
    tried = interception()
    answers = [tried.answer(event(URL)).method for _ in range(10)]
    assert answers.index("Fetch.failRequest") == 6
    assert tried.leads_to == ""


def test_frames_of_other_hosts_are_let_go_and_those_of_trackers_are_not() -> None:
    tried = interception()
    assert is_let_go(tried.answer(event("http://other.test/", frame="inner")))
    answer = tried.answer(event("https://ad.doubleclick.net/", frame="inner"))
    assert answer.parameters["errorReason"] == "BlockedByClient"


@pytest.mark.parametrize(
    ("origin", "has_them"),
    [
        ("http://shop.test", True),
        ("http://SHOP.test", True),
        ("https://shop.test", False),
        ("http://shop.test:8080", False),
        ("http://www.shop.test", False),
        ("http://shop.test.other.test", False),
    ],
)
def test_headers_of_the_job_are_for_one_origin(origin: str, has_them: bool) -> None:
    tried = interception(headers=(("Authorization", "canary"),))
    # A redirect may bring along what was added before.
    answer = tried.answer(event(f"{origin}/data", "Fetch", authorization="canary", accept="*/*"))
    names = {header["name"].lower() for header in answer.parameters["headers"]}
    assert names == ({"authorization", "accept"} if has_them else {"accept"})


def test_as_little_as_possible_is_held_back() -> None:
    kinds = [pattern["resourceType"] for pattern in patterns(frozenset(), has_headers=False)]
    assert kinds == ["Document"]
    assert {"Image", "Font", "Media"} < {one["resourceType"] for one in patterns(ALL, has_headers=False)}
    assert patterns(frozenset({Unneeded.IMAGE}), has_headers=True) == [{"urlPattern": "http*"}]
