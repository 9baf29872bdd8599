"""The lists of a page are found, record by record, the main one first."""

from scraper.document import Document
from scraper.selection.groups import record_groups
from scraper.selection.outline import Outline


def main_list(body: str) -> list[str]:
    """What the records of the first group say."""
    groups = record_groups(Outline(Document(f"<html><body>{body}</body></html>").tree))
    return [" ".join(one.text for one in record) for record in groups[0].records] if groups else []


def card(name: str, extra: str = "") -> str:
    return f'<li class="card"><h3><a href="/{name}">{name}</a></h3><p>about {name}</p>{extra}</li>'


def test_what_repeats_side_by_side_is_a_list() -> None:
    cards = card("one") + card("two", "<b>new</b>") + card("three")
    assert main_list(f"<nav><a>x</a><a>y</a></nav><ul>{cards}</ul>") == [
        "one about one",
        "two about two new",
        "three about three",
    ]


def test_placeholders_are_no_records() -> None:
    empty = '<li class="card"><h3></h3><p> </p></li>'
    assert main_list(f"<ul>{card('one')}{empty}{card('two')}{empty}</ul>") == [
        "one about one",
        "two about two",
    ]


def test_a_page_without_repetition_has_no_list() -> None:
    assert main_list("<h1>Title</h1><p>Only one text.</p>") == []
