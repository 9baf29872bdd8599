import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tandem.query_output import Answer, Format, new_file, write_answer

ROWS = pa.table({"n": [1, None, 300], "t": ["a", "x|y\\", "line\nbreak"], "j": ['{"k": 1}', None, "[]"]})
ANSWER = Answer(ROWS.schema, ROWS.to_batches(max_chunksize=2), frozenset({"j"}))


def written(answer: Answer, form: Format, width: int | None = None) -> bytes:
    out = io.BytesIO()
    rows = write_answer(answer, form, out, width)
    assert rows == sum(batch.num_rows for batch in answer.batches)
    return out.getvalue()


def test_json_lines_hold_one_object_each() -> None:
    lines = [json.loads(line) for line in written(ANSWER, Format.JSONL).splitlines()]
    assert lines == [
        {"n": 1, "t": "a", "j": {"k": 1}},
        {"n": None, "t": "x|y\\", "j": None},
        {"n": 300, "t": "line\nbreak", "j": []},
    ]


def test_json_is_one_list() -> None:
    assert [row["n"] for row in json.loads(written(ANSWER, Format.JSON))] == [1, None, 300]


def test_csv_comes_back_as_it_was() -> None:
    rows = list(csv.reader(io.StringIO(written(ANSWER, Format.CSV).decode())))
    assert rows == [
        ["n", "t", "j"],
        ["1", "a", '{"k": 1}'],
        ["", "x|y\\", ""],
        ["300", "line\nbreak", "[]"],
    ]


def test_parquet_comes_back_as_it_was() -> None:
    assert pq.read_table(io.BytesIO(written(ANSWER, Format.PARQUET))).equals(ROWS)


def test_markdown_is_a_table_with_its_signs_escaped() -> None:
    assert written(ANSWER, Format.MARKDOWN).decode() == (
        "| n | t | j |\n"
        "| --- | --- | --- |\n"
        '| 1 | a | {"k": 1} |\n'
        "|  | x\\|y\\\\ |  |\n"
        "| 300 | line break | [] |\n"
    )


def test_a_table_is_aligned_with_numbers_to_the_right() -> None:
    assert written(ANSWER, Format.TABLE).decode() == (
        "  n  t           j\n"
        "───  ──────────  ────────\n"
        '  1  a           {"k": 1}\n'
        "     x|y\\\n"
        "300  line break  []\n"
    )


def test_only_a_terminal_shortens_wide_columns() -> None:
    wide = pa.table({"a": ["x" * 200], "b": ["short"]})
    answer = Answer(wide.schema, wide.to_batches())
    assert max(map(len, written(answer, Format.TABLE, 40).decode().splitlines())) == 40
    assert "x" * 200 in written(answer, Format.TABLE).decode()
    assert "x" * 200 in written(answer, Format.CSV, 40).decode()


@pytest.mark.parametrize("form", Format)
def test_an_answer_without_rows_is_whole(form: Format) -> None:
    empty = Answer(ROWS.schema, [])
    out = written(empty, form)
    if form == Format.JSON:
        assert json.loads(out) == []
    elif form == Format.PARQUET:
        assert pq.read_table(io.BytesIO(out)).schema.names == ["n", "t", "j"]
    elif form == Format.JSONL:
        assert out == b""
    else:
        assert b"n" in out


@pytest.mark.parametrize("form", Format)
def test_rows_are_written_as_they_come(form: Format) -> None:
    out = io.BytesIO()
    sizes = []

    def batches() -> Iterator[pa.RecordBatch]:
        for _ in range(40):
            yield pa.record_batch({"t": [f"{n:08}" * 16 for n in range(8192)]})
            sizes.append(out.tell())

    schema = pa.schema([("t", pa.string())])
    assert write_answer(Answer(schema, batches()), form, out) == 40 * 8192
    assert sizes[-1] > 0


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    with new_file(path) as out:
        out.write(b"x")
        assert not path.exists()
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o600 == 0o600


def test_a_failure_keeps_the_old_file_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_bytes(b"old")

    def fail() -> None:
        with new_file(path) as out:
            out.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["answer.csv"]
