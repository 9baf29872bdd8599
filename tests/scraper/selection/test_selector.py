"""One line of text says what a selector does, and nothing else may pass for one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.selection.selector import Axis, BadSelector, Selector, parsed

_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=30
)
_LABELS = _WORDS.filter(lambda text: bool(text.strip()))
_NAMES = st.text(string.ascii_lowercase + "-", min_size=2, max_size=8).map(lambda name: f"a{name}z")
_ATTRIBUTES = st.builds(
    lambda name, value: f'[{name}="{value}"]', _NAMES, st.sampled_from(["a -> b", " in ", ")", "x"])
)
_CSS = st.one_of(
    _NAMES, _NAMES.map(lambda name: f"div.{name} > p"), _ATTRIBUTES, _NAMES.map(lambda name: f"#{name}")
)
_ENDS = {"attribute": st.sampled_from(["", "href", "data-price", "content"]), "after": _WORDS | st.just(""),
         "before": _WORDS | st.just("")}  # fmt: skip
_BY_CSS = st.builds(Selector, css=_CSS | st.just(""), **_ENDS)
_BY_LABEL = st.builds(
    Selector,
    css=_CSS | st.just(""),
    label=_LABELS,
    of=_CSS | st.just(""),
    within=_CSS | st.just(""),
    axis=st.sampled_from(list(Axis)),
    **_ENDS,
)


@given(_BY_CSS | _BY_LABEL)
def test_what_is_written_is_read_as_it_was(selector: Selector) -> None:
    assert parsed(str(selector)) == selector


@pytest.mark.parametrize(
    "line",
    [
        'css [itemprop="price"] -> @content',
        "css div.summary > p.price -> text",
        'label "UPC" of th in table.details -> next -> text',
        'label "Author" of b -> rest -> text',
        'label "Price" -> parent next -> css span.amount -> @data-price',
        'css p.stock -> text -> after "(" -> before "available"',
        "here -> @href",
    ],
)
def test_lines_stay_as_people_write_them(line: str) -> None:
    assert str(parsed(line)) == line


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("", "begins with css"),
        ("p.price -> text", "begins with css"),
        ("css -> text", "no CSS selector"),
        ("css [[ -> text", "no CSS selector"),
        ("css p", "nothing stands where"),
        ("css p -> value", "'value' stands where"),
        ("css p -> @", "names no attribute"),
        ('css p -> text -> after "a" -> after "b"', 'only one after "…"'),
        ("css p -> text -> after a", "double quotes"),
        ('css p -> text -> after "a" b', "behind the closing quote"),
        ("label UPC -> next -> text", "double quotes"),
        ('label "  " -> next -> text', "the label is empty"),
        ('label "UPC" -> text', "where it leads: next, parent next"),
        ('label "UPC" beside th -> next -> text', "`of CSS`"),
        ('label "UPC" in a in b -> next -> text', "`in` stands twice"),
        ("css " + "a" * 1000 + " -> text", "at most 1000 characters"),
    ],
)
def test_a_line_that_is_no_selector_is_told_why(line: str, named: str) -> None:
    with pytest.raises(BadSelector, match=named.replace("(", r"\(").replace("[", r"\[")):
        parsed(line)
