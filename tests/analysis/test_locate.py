"""Where a page states a value."""

import pytest

from analysis.locate import locate

TEXT = "We deliver in 17 days. In stock: 17 pieces. The price is €100.95 today.\nCode 1003 and 100.954."


@pytest.mark.parametrize(
    ("value", "field", "sentence"),
    [
        ("17", "stock", "In stock: 17 pieces."),
        ("€100.95", "price", "The price is €100.95 today."),
        ("1003", "sku", "Code 1003 and 100.954."),
        ("17", "size", None),  # short, and nothing says that it is meant
        ("100.9", "price", None),
        ("00.95", "price", None),
        ("", "price", None),
    ],
)
def test_a_value_is_found_where_it_is_meant(value: str, field: str, sentence: str | None) -> None:
    anchor = locate(TEXT, value, field)
    assert (anchor and TEXT[anchor.whole_start : anchor.whole_end]) == sentence
    assert anchor is None or TEXT[anchor.start : anchor.end] == value
