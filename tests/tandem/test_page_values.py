"""Records in words."""

import json
from typing import Any

from storage.record_row import RecordRow
from tandem.page_values import LONGEST_RECORD, MOST_RECORDS, told_values


def _row(ordinal: int, **data: Any) -> RecordRow:
    return RecordRow(
        "a.test", "http://a.test/", 1, "run", b"k", "product", ordinal, 1, 0, json.dumps(data), "{}"
    )


def test_fields_are_named_and_nothing_is_said_of_those_without_a_value() -> None:
    row = _row(
        0, title="Oak  chair", price={"amount": "12.99", "currency": "EUR"}, sku=None, sizes=["S", "M"]
    )
    assert told_values([row]) == ("product: title = Oak chair; price = 12.99 EUR; sizes = S, M",)


def test_long_lists_and_texts_are_bounded() -> None:
    rows = [_row(n, title=f"Chair {n}") for n in range(MOST_RECORDS + 5)]
    told = told_values(rows)
    assert len(told) == MOST_RECORDS + 1
    assert told[-1] == "and 5 more records"
    long = told_values([_row(0, **{f"field{n}": "word " * 100 for n in range(20)})])
    assert len(long[0]) <= LONGEST_RECORD + len("product: ")
    assert long[0].startswith("product: field0 = word word")


def test_a_record_without_values_says_nothing() -> None:
    assert told_values([_row(0, title=None)]) == ()
