"""How an expired session looks."""

import pytest

from scraper.message import Response
from scraper.pattern import Pattern
from scraper.session.plan import Check, ExpiredWhen
from scraper.session.signs import proves, sign_of

URL = "https://shop.example/orders"
RULES = ExpiredWhen(
    redirects_to=Pattern.of("*/welcome*"), login_path="/login", text="Bitte anmelden für mehr"
)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (Response("ok", 200, body=b"<h1>Orders</h1>"), ""),
        (Response("ok", 401), "status 401"),
        (Response("ok", 403), "status 403"),
        (Response("ok", 404), ""),
        (Response("ok", 302, location="/login?next=/orders"), "redirect"),
        (Response("ok", 303, location="https://shop.example/welcome/back"), "redirect"),
        (Response("ok", 302, location="/orders/"), ""),
        (Response("ok", 302, location="http://["), ""),
        (Response("ok", 200, body="<p>Bitte anmelden für mehr</p>".encode()), "text"),
        (
            Response(
                "ok",
                200,
                headers=(("Content-Type", "text/html; charset=iso-8859-1"),),
                body="<p>Bitte anmelden für mehr".encode("latin-1"),
            ),
            "text",
        ),
        (Response("timeout"), ""),
    ],
)
def test_an_answer_for_strangers_is_recognised(response: Response, expected: str) -> None:
    assert sign_of(URL, response, RULES) == expected
    assert sign_of(URL, response, None) == ""


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (Check(text="Hello Anna"), True),
        (Check(text="Hello Bert"), False),
        (Check(selector="a.logout"), True),
        (Check(selector="a.login"), False),
        (Check(text="Hello Anna", selector="a.login"), False),
        (Check(url="https://shop.example/me"), True),
    ],
)
def test_a_login_is_proven_by_what_the_job_names(check: Check, expected: bool) -> None:
    response = Response("ok", 200, body=b"<p>Hello Anna</p><a class=logout>out</a>")
    assert proves(response, check) is expected
    assert not proves(Response("ok", 302, location="/login", body=response.body), check)
