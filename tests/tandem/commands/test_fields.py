import io
import json
import sys
from pathlib import Path

import pytest

from tandem.__main__ import enter

SCHEMA = "record: product\nfields:\n  name: text\n  price: {type: money, hint: due}\n  tags: list of text\n"
PAGE = (
    "<title>Storm lamp</title><main><h1>Storm lamp</h1><p class=price>€30</p>"
    "<dl><dt>Tags</dt><dd>oil</dd><dd>camp</dd></dl></main>"
)


def _run(
    arguments: list[str], given: bytes, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, list[dict[str, object]]]:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out))
    status = enter(["fields", *arguments])
    sys.stdout.flush()
    return status, [json.loads(line) for line in out.getvalue().decode("utf-8").splitlines()]


def _schema(folder: Path, text: str = SCHEMA) -> list[str]:
    path = folder / "fields.yaml"
    path.write_text(text, encoding="utf-8")
    return ["--schema", str(path)]


def test_every_line_has_its_answer_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = json.dumps({"id": 1, "url": "http://a.test/lamp", "html": PAGE}).encode()
    empty = json.dumps({"id": 2, "html": ""}).encode()
    status, answers = _run(
        _schema(tmp_path), b"\n".join([page, b"{", empty, b'{"id": 3}', page]), monkeypatch
    )
    assert status == 0
    assert [answer["id"] for answer in answers] == [1, None, 2, 3, 1]
    assert [answer.get("error") for answer in answers] == [None, "not_json", "empty", "no_html", None]
    assert answers[0]["records"] == [
        {"name": "Storm lamp", "price": {"amount": "30", "currency": "EUR"}, "tags": ["oil", "camp"]}
    ]
    assert answers[0]["sources"] == [{"name": "scorer", "price": "scorer", "tags": "scorer"}]
    assert set(answers[0]) == {"id", "records", "sources", "ms"}


def test_a_page_without_anything_wanted_has_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = json.dumps({"id": 1, "html": "<p>nothing of the kind</p>"}).encode()
    _, [answer] = _run(_schema(tmp_path), page, monkeypatch)
    assert (answer["records"], answer["sources"]) == ([], [])


def test_of_several_records_each_page_has_those_it_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = (
        "- record: product\n  fields: {name: text, price: money}\n"
        "- record: job\n  fields: {title: text, salary: money, company: text, deadline: date}\n"
    )
    page = json.dumps({"id": 1, "url": "http://a.test/lamp", "html": PAGE}).encode()
    _, [answer] = _run(_schema(tmp_path, both), page, monkeypatch)
    assert answer["records"] == [{"name": "Storm lamp", "price": {"amount": "30", "currency": "EUR"}}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("record: product\nfields: {price: monney}\n", ":2:"),
        ("record: product\nfields: {price: monney}\n", "did you mean money?"),
        ("record: product\nfeilds: {price: money}\n", "feilds: unknown key, did you mean `fields`?"),
        ("- record: product\n  fields: {state: enum}\n", "`values` belongs to a field of type enum"),
        ("", "is empty"),
        ("[]\n", "names no record"),
        ("text\n", "must be"),
    ],
)
def test_what_is_wrong_with_the_schema_is_said(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = _schema(tmp_path, text)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert enter(["fields", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_schema_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["fields", "--schema", "/no/such.yaml"]) == 2
    assert "/no/such.yaml" in capsys.readouterr().err
