"""What content is scored by."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.content_pages import demo, labelled, word_f1


@pytest.mark.parametrize(
    ("found", "truth", "score"),
    [
        ("One two", "one TWO", 1.0),
        ("one one", "one", 2 / 3),
        ("one two three four", "one two", 2 / 3),
        ("one", "two", 0.0),
        ("", "one", 0.0),
        ("one", "", 0.0),
        ("", "", 1.0),
    ],
)
def test_words_count_as_often_as_they_stand(found: str, truth: str, score: float) -> None:
    assert word_f1(found, truth) == pytest.approx(score)


def test_a_folder_gives_every_so_many_th_page(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    rows = [
        {
            "id": str(place),
            "url": "http://a.example/",
            "page_type": "article",
            "main_content": f"text {place}",
        }
        for place in range(5)
    ]
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for row in rows:
        packed = gzip.compress(f"<p>{row['main_content']}".encode())
        (tmp_path / "html" / f"{row['id']}.html.gz").write_bytes(packed)

    pages = list(labelled(tmp_path, every=2))

    assert [page.truth for page in pages] == ["text 0", "text 2", "text 4"]
    assert json.loads(pages[1].line) == {"id": "2", "url": "http://a.example/", "html": "<p>text 2"}


def test_generated_pages_have_no_truth() -> None:
    assert {page.truth for page in demo()} == {None}
