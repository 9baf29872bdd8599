import io
import json
import sys

import pytest

from tandem.__main__ import enter

ARTICLE = "<title>Rivers</title><main><h1>Rivers</h1>" + "".join(
    f"<p>The river number {n} runs from the hills down to the sea, and many towns lie on its banks.</p>"
    for n in range(12)
)


def _extracted(given: bytes, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out))
    assert enter(["extract"]) == 0
    sys.stdout.flush()
    return [json.loads(line) for line in out.getvalue().decode("utf-8").splitlines()]


def test_every_line_has_its_answer_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    page = json.dumps({"id": "a", "url": "http://a.test/", "html": ARTICLE}).encode()
    empty = json.dumps({"id": 7, "url": "http://a.test/", "html": ""}).encode()
    answers = _extracted(b"\n".join([page, b"{", b"\xff\xfe", b"[]", empty, b'{"id": 8}', page]), monkeypatch)
    assert [answer["id"] for answer in answers] == ["a", None, None, None, 7, 8, "a"]
    assert [answer.get("error") for answer in answers] == [
        None, "not_json", "not_json", "not_an_object", "empty", "no_html", None,
    ]  # fmt: skip
    assert set(answers[0]) == {"id", "page_type", "title", "text", "markdown", "language", "ms"}
    assert "The river number 3 runs" in str(answers[0]["text"])


def test_half_a_character_comes_out_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    page = json.dumps({"id": "\udc80", "url": "", "html": ARTICLE + "<p>broken \ud800 text</p>"}).encode()
    [answer] = _extracted(page, monkeypatch)
    assert answer["id"] == "\udc80"


def test_nothing_in_is_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _extracted(b"", monkeypatch) == []
