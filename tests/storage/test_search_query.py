"""What is typed becomes a query that SQLite understands, whatever it is."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search_query import beginnings, expression, grams, parse, stems

TEXTS = (
    "The quick brown fox can't jump over the café",
    "A brown bear is not quick",
    "東京都の物価は高い。京都ではない",
    "ราคาสินค้าในกรุงเทพ",
    "iPhone15の価格 is low",
    "서울에서 부산까지",
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    options = "tokenize = 'unicode61 remove_diacritics 2'"
    connection.execute(f"CREATE VIRTUAL TABLE terms USING fts5(title, words, grams, {options})")
    rows = [("", text, grams(text)) for text in TEXTS]
    connection.executemany("INSERT INTO terms VALUES (?, ?, ?)", rows)
    yield connection
    connection.close()


def _found(index: sqlite3.Connection, match: str) -> list[int]:
    if not match:
        return []
    rows = index.execute("SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rowid", (match,))
    return [row[0] - 1 for row in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("brown", [0, 1]),
        ("BROWN Quick", [0, 1]),
        ('"quick brown"', [0]),
        ('"quick brown', [0]),
        ("brown -fox", [1]),
        ('quick -"not quick"', [0]),
        ("jum*", [0]),
        ("jum", []),
        ("cafe", [0]),
        ("café", [0]),
        ("can't", [0]),
        ("東京", [2]),
        ("京", [2]),
        ("い", [2]),
        ("京東", []),
        ("物価 -東京", []),
        ("กรุงเทพ", [3]),
        ("iPhone15", [4]),
        ("iPhone15の価格", [4]),
        ("서울", [5]),
        ("-fox", []),
        ("brown AND fox", []),
        ("", []),
    ],
)
def test_a_query_finds(index: sqlite3.Connection, query: str, expected: list[int]) -> None:
    assert _found(index, expression(parse(query))) == expected


def test_any_of_the_words_may_do(index: sqlite3.Connection) -> None:
    assert _found(index, expression(parse("fox bear zebra -東京"), any_of=True)) == [0, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("quic", [0, 1]), ('"quic"', []), ("caf", []), ("brow -quic", [0, 1]), ("東京", [2])],
)
def test_longer_forms_of_plain_words_can_be_looked_for(
    index: sqlite3.Connection, query: str, expected: list[int]
) -> None:
    assert _found(index, expression(beginnings(parse(query)))) == expected


def test_a_question_is_looked_for_by_the_beginnings_of_its_words(index: sqlite3.Connection) -> None:
    assert _found(index, expression(stems(["jum", "jump", "bea"]), any_of=True)) == [0]
    assert _found(index, expression(stems(["brow"]), any_of=True)) == [0, 1]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("ราคาสินค้าเท่าไร", [3]),
        ("부산은", [5]),
        ("物価は", [2]),
        ("iPhone15価格", [4]),
        ("東", [2]),
        ("ไม่มี", []),
    ],
)
def test_a_question_without_spaces_is_looked_for_by_parts(
    index: sqlite3.Connection, question: str, expected: list[int]
) -> None:
    assert _found(index, expression(stems([question]), any_of=True)) == expected


@given(st.text(alphabet="\"'*-():^{}[]+,.\\/ aéANDORTE京ก価\x00\ud800_🙂\u0301\U0001e900“”", max_size=40))
def test_no_query_is_an_error(index: sqlite3.Connection, query: str) -> None:
    for match in (expression(parse(query)), expression(parse(query), any_of=True)):
        _found(index, match)


def test_a_query_without_end_is_cut(index: sqlite3.Connection) -> None:
    assert _found(index, expression(parse("brown " * 100_000))) == [0, 1]
    assert len(parse("a b " * 100_000)) == 64
