import json

import zstandard

from scraper.pages import Parsed, SelectedFields
from scraper.render.evidence import Evidence, Mark
from scraper.render.gain import gain
from storage.content_pack import Texts, serialized

LONG = "All that there is to know about this thing stands here, in words that do not repeat themselves. " * 3


def read(text: str = "", record: dict[str, object] | None = None, marks: int = 0, doubts: str = "") -> Parsed:
    """A page as a worker read it."""
    rows: tuple[tuple[str, int, str, str], ...] = ()
    if record is not None:
        sources = {name: {"how": "label"} | ({"decided": False} if name == doubts else {}) for name in record}
        rows = (("thing", 0, json.dumps(record), json.dumps(sources, separators=(",", ":"))),)
        marks |= Mark.FIELDS
    content = zstandard.ZstdCompressor().compress(serialized(Texts(text=text)))
    return Parsed(
        engine=1,
        content=content,
        selected=SelectedFields(rows=rows),
        evidence=Evidence(build=1, scripts=1, marks=marks, seen=len(text)),
    )


def test_a_text_that_only_scripts_write_is_worth_it() -> None:
    found = gain(read(), read(LONG), 0)
    assert found.is_worth
    assert found.text > 200


def test_a_clock_and_a_counter_are_not() -> None:
    assert not gain(read(LONG), read(LONG + "It is 10:45:12, and 17 people look at this."), 0).is_worth


def test_the_same_text_in_another_order_gains_nothing() -> None:
    words = LONG.split()
    assert gain(read(LONG), read(" ".join(reversed(words))), 0).text == 0


def test_a_link_that_leads_on_is_worth_it() -> None:
    assert gain(read(LONG), read(LONG), 1).is_worth


def test_a_field_that_was_missing_is_worth_it() -> None:
    plain = read(LONG, {"title": "A"}, Mark.LACKS)
    assert gain(plain, read(LONG, {"title": "A", "price": "1"}), 0).values == 1
    assert gain(plain, read(LONG, {"title": "A", "price": "1"}), 0).is_worth


def test_records_that_were_whole_are_not_worth_a_text() -> None:
    plain, shown = read("", {"title": "A", "price": "1"}), read(LONG, {"title": "A", "price": "1"})
    assert not gain(plain, shown, 0).is_worth


def test_a_value_in_doubt_counts_only_where_the_browser_shows_another() -> None:
    plain = read("", {"title": "House", "price": "1"}, doubts="title")
    assert not gain(plain, read("", {"title": "House", "price": "1"}), 0).is_worth
    assert gain(plain, read("", {"title": "Lamp", "price": "1"}), 0).values == 1


def test_a_decided_value_that_changes_with_the_clock_gains_nothing() -> None:
    plain = read("", {"title": "Lamp", "stock": 5})
    assert not gain(plain, read("", {"title": "Lamp", "stock": 4}), 0).is_worth


def test_without_content_what_readers_see_is_compared() -> None:
    plain = Parsed(evidence=Evidence(1, 1, Mark.LITTLE, 20), selected=SelectedFields())
    shown = Parsed(evidence=Evidence(1, 1, 0, 900), selected=SelectedFields())
    assert gain(plain, shown, 0).is_worth
    assert not gain(shown, plain, 0).is_worth
