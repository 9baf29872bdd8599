"""Batch reading: a line out for every line in."""

import io
import json

from scraper.content.batch import run
from tests.scraper.content.sample_pages import ARTICLE


def answers(*lines: str) -> list[dict[str, object]]:
    output = io.StringIO()
    run(lines, output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_every_line_is_answered_in_order() -> None:
    page = json.dumps({"id": "b", "url": "https://orchard.example/grafting", "html": ARTICLE})

    found = answers('{"id": "a", "html": ""}\n', page, "no json", "[1]", '{"id": 7}')

    assert [answer["id"] for answer in found] == ["a", "b", None, None, 7]
    assert [answer.get("error") for answer in found] == [
        "empty",
        None,
        "not_json",
        "not_an_object",
        "no_html",
    ]


def test_an_answer_has_what_is_promised() -> None:
    (answer,) = answers(json.dumps({"id": 1, "url": "https://orchard.example/grafting", "html": ARTICLE}))

    assert set(answer) == {"id", "page_type", "title", "text", "markdown", "language", "ms"}
    assert answer["page_type"] == "article"
    assert isinstance(answer["ms"], float)
