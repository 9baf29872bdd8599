"""Forms as a browser would send them."""

from urllib.parse import parse_qsl

import pytest

from scraper.document import Document
from scraper.session.form import Form, find_form

URL = "https://shop.example/in/login?x=1"
LOGIN = """
<form action=/search><input name=q><input type=submit name=go value=Find></form>
<form id=f method=POST action="../session#top">
 <input type=hidden name=csrf value="a&amp;b"><input name=user><input type=PASSWORD name=word value=old>
 <input type=checkbox name=stay checked><input type=checkbox name=news value=yes>
 <input type=radio name=kind value=a><input type=radio name=kind value=b checked>
 <select name=lang><option value=de>D<option value=en selected>E</select>
 <select name=first><option> One  two <option>Three</select>
 <textarea name=note>hm</textarea><input name=off disabled value=1><input type=file name=up>
 <input type=button name=b value=1><button type=button name=c value=1>x</button>
 <button name=do value=in>In</button><button name=do2 value=new>New</button>
</form><input form=f name=outside value=o>
"""


def form(html: str, *names: str, css: str = "") -> Form:
    found = find_form(Document(html), URL, names, css)
    assert found is not None
    return found


def sent(html: str, fields: dict[str, str], submit: str = "") -> list[tuple[str, str]]:
    submission = form(html, *fields).filled(fields, submit, "utf-8")
    return parse_qsl(submission.body.decode(), keep_blank_values=True)


def test_a_form_sends_what_a_browser_would_send() -> None:
    assert sent(LOGIN, {"user": "anna", "word": "p&w=ö"}) == [
        ("csrf", "a&b"),
        ("user", "anna"),
        ("word", "p&w=ö"),
        ("stay", "on"),
        ("kind", "b"),
        ("lang", "en"),
        ("first", "One two"),
        ("note", "hm"),
        ("outside", "o"),
        ("do", "in"),
    ]


def test_the_button_can_be_named_and_fields_that_scripts_would_add_go_along() -> None:
    pairs = sent(LOGIN, {"user": "anna", "added": "1"}, "do2")
    assert ("do2", "new") in pairs
    assert ("added", "1") in pairs
    assert not {"do"} & {name for name, _ in pairs}
    assert form(LOGIN, "user").missing(["user", "added"]) == ("added",)


def test_where_a_form_goes() -> None:
    submission = form(LOGIN, "user").filled({"user": "a"}, "", "utf-8")
    assert (submission.method, submission.url) == ("POST", "https://shop.example/session#top")
    assert submission.content_type == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<form method=post><input name=user></form>", URL),
        ("<base href='https://id.example/a/'><form action=b><input name=user>", "https://id.example/a/b"),
        ("<base href='https://id.example/a/'><form><input name=user>", URL),
        ("<form action='https://else.example/'><input name=user>", "https://else.example/"),
    ],
)
def test_the_action_is_resolved_as_on_the_page(html: str, expected: str) -> None:
    assert form(html, "user").url == expected


def test_a_form_without_a_method_puts_its_fields_into_the_url() -> None:
    submission = form("<form action='/s?old=1'><input name=user>", "user").filled(
        {"user": "a b"}, "", "utf-8"
    )
    assert (submission.method, submission.body) == ("GET", b"")
    assert submission.url == "https://shop.example/s?user=a+b"


def test_a_form_may_be_sent_in_parts() -> None:
    html = '<form method=post enctype="multipart/form-data"><input name="a&quot;b" value=1><input name=user>'
    submission = form(html, "user").filled({"user": "ö\r\n--x"}, "", "utf-8")
    kind, _, boundary = submission.content_type.partition("; boundary=")
    assert kind == "multipart/form-data"
    parts = submission.body.split(f"--{boundary}".encode())
    assert parts[1] == b'\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\n1\r\n'
    assert parts[2].endswith("\r\n\r\nö\r\n--x\r\n".encode())
    assert parts[3] == b"--\r\n"


def test_fields_are_written_in_the_charset_of_the_page() -> None:
    submission = form("<form method=post><input name=user>", "user").filled({"user": "ö€"}, "", "iso-8859-1")
    assert submission.body == b"user=%F6%26%238364%3B"


def test_the_form_with_most_of_the_fields_is_taken_or_the_one_that_is_pointed_at() -> None:
    html = "<form id=a><input name=user></form><form id=b><input name=user><input name=word></form>"
    assert form(html, "user", "word").controls == (("user", ""), ("word", ""))
    assert form(html, "user", "word", css="#a").controls == (("user", ""),)
    assert form(html, "user", css="#b input").controls == (("user", ""), ("word", ""))
    assert find_form(Document(html), URL, ["other"]) is None
    assert find_form(Document(html), URL, ["user"], "#c") is None


def test_neither_a_form_nor_what_it_sends_shows_its_secrets() -> None:
    found = form("<form method=post><input name=user value=canary>", "user")
    submission = found.filled({"user": "canary"}, "", "utf-8")
    assert "canary" not in repr(found) + repr(submission)
