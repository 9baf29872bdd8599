import datetime
from decimal import Decimal

import pytest

from tandem.query_cells import as_cell, as_json, shortened

NOON = datetime.datetime(2026, 1, 2, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "cell", "json"),
    [
        (None, "", "null"),
        ("text", "text", '"text"'),
        ("two\n lines", "two lines", '"two\\n lines"'),
        ("\x1b[31mred", "\\x1b[31mred", '"\\u001b[31mred"'),
        (True, "true", "true"),
        (7, "7", "7"),
        (1.5, "1.5", "1.5"),
        (float("nan"), "nan", "null"),
        (float("inf"), "inf", "null"),
        (Decimal("12.9900"), "12.99", "12.99"),
        (Decimal("100.0000"), "100", "100.0"),
        (Decimal(12345678901234567890), "12345678901234567890", "12345678901234567890"),
        (NOON, "2026-01-02T12:00:00Z", '"2026-01-02T12:00:00Z"'),
        (datetime.date(2026, 1, 2), "2026-01-02", '"2026-01-02"'),
        (b"caf\xc3\xa9", "café", '"café"'),
        (b"\xff\x00", "base64:/wA=", '"base64:/wA="'),
        ([1, None, "x"], '[1, null, "x"]', '[1, null, "x"]'),
        ({"a": Decimal("1.50")}, '{"a": 1.5}', '{"a": 1.5}'),
        (datetime.timedelta(days=1), '"1 day, 0:00:00"', '"1 day, 0:00:00"'),
    ],
)
def test_a_value_reads_well_for_people_and_for_programs(value: object, cell: str, json: str) -> None:
    assert as_cell(value) == cell
    assert as_json(["v"], [value], [False]) == '{"v": ' + json + "}"


def test_json_columns_are_json_and_not_text() -> None:
    assert as_json(["d", "t"], ['{"a": 1}', '{"a": 1}'], [True, False]) == (
        '{"d": {"a": 1}, "t": "{\\"a\\": 1}"}'
    )
    assert as_json(["d"], [None], [True]) == '{"d": null}'


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("", 1, "")],
)
def test_text_is_shortened_with_a_sign(text: str, width: int, expected: str) -> None:
    assert shortened(text, width) == expected
