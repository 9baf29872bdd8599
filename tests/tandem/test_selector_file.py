"""A file of selectors is read whole, or refused with every reason."""

import json
from typing import Any

import pytest

from storage.learned_rows import FieldRow, Learned, TemplateRow
from tandem.problem import UsageError
from tandem.selector_file import as_text, from_text

_TEMPLATE = {"id": "0123456789ab", "shape": "/p/*", "pages": 9, "sketch": "00ff", "body": {"shapes": ["/q"]}}
_FIELD = {
    "template": "0123456789ab",
    "record": "product",
    "field": "price",
    "state": "promoted",
    "wish": "aa",
    "version": 2,
    "selectors": ["css p.price -> text"],
}


def _file(**changes: Any) -> dict[str, Any]:
    host = {"host": "a.test", "templates": [_TEMPLATE], "fields": [_FIELD | changes]}
    return {"format": "tandem-selectors", "version": 1, "hosts": [host]}


def test_a_file_says_the_same_after_a_round_trip() -> None:
    text = json.dumps(_file())
    learned = from_text(text, "a.json")
    assert json.loads(as_text(learned)) == json.loads(text)
    assert learned.templates[0] == TemplateRow(
        "0123456789ab", "a.test", "/p/*", b"\x00\xff", 9, '{"shapes":["/q"]}'
    )


def test_the_records_of_a_list_are_found_by_css_alone() -> None:
    text = json.dumps(_file(field="*", selectors=["ul.grid > li.tile", "main > h3 then p, div.more"]))
    assert json.loads(as_text(from_text(text, "a.json"))) == json.loads(text)


def test_only_what_is_in_use_goes_out() -> None:
    rows = tuple(
        FieldRow("a.test", "", "product", state, b"", 0, state, '{"selectors": [{"line": "css p -> text"}]}')
        for state in ("probation", "promoted", "retired", "pinned")
    )
    told = json.loads(as_text(Learned(fields=rows)))
    assert [one["field"] for one in told["hosts"][0]["fields"]] == ["promoted", "pinned"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Invalid JSON"),
        ("[]", "a.json: Input should be an object"),
        (_file() | {"version": 2}, "a.json: version: Input should be 1"),
        (_file() | {"format": "x"}, "a.json: format: Input should be 'tandem-selectors'"),
        (_file() | {"extra": 1}, "a.json: extra: Extra inputs are not permitted"),
        (_file(selectors=["p.price"]), "hosts.0.fields.0.selectors.0: 'p.price': a selector begins with css"),
        (_file(field="*", selectors=["ul >> li"]), "selectors.0: 'ul >> li': 'ul >> li' is no CSS selector"),
        (_file(selectors=[]), "hosts.0.fields.0.selectors: List should have at least 1 item"),
        (_file(state="probation"), "hosts.0.fields.0.state: Input should be 'promoted' or 'pinned'"),
        (
            _file(template="ffffffffffff"),
            "fields.0.template: a.test has no template ffffffffffff in this",
        ),
        (_file(template=""), "hosts.0.fields.0.state: selectors for all pages of a host can only be pinned"),
        (_file(wish=""), "hosts.0.fields.0.wish: what was learned names the wish"),
        (_file(wish="xyz"), "hosts.0.fields.0.wish: Value error, non-hexadecimal"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(content: Any, said: str) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(UsageError) as refused:
        from_text(text, "a.json")
    assert said in str(refused.value)


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        from_text(json.dumps(_file(state="x", selectors=["y"])), "a.json")
    assert len(str(refused.value).splitlines()) == 2
