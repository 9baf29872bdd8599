from pathlib import Path

import pyarrow.compute as pc

from storage.columns import PAGES, PageRow
from storage.locator import Locator
from storage.merge import merge_segments
from storage.segment import iter_rows, verify_segment, write_segment

from .rows import html, page, record


def seal(folder: Path, pages: list[PageRow], count: int) -> list[Path]:
    paths = [folder / f"{n}.parquet" for n in range(count)]
    for n, path in enumerate(paths):
        write_segment(path, "pages", sorted(pages[n::count]))
    return paths


def column(path: Path, table: str, name: str) -> list[object]:
    return [value for batch in iter_rows(path, table, [name]) for value in batch.column(0).to_pylist()]


def test_a_merge_holds_the_rows_of_all_files_in_order(tmp_path: Path) -> None:
    pages = [page(n, host=f"h{n % 7}.example") for n in range(500)]
    facts = merge_segments(seal(tmp_path, pages, 3), tmp_path / "m.parquet", "pages")
    assert facts.rows == 500
    assert column(tmp_path / "m.parquet", "pages", "url") == [row.url for row in sorted(pages)]
    assert verify_segment(tmp_path / "m.parquet", "pages") is None
    with Locator(tmp_path / "m.parquet", PAGES) as locator:
        for row, expected in enumerate(sorted(pages)):
            assert locator.read_value(row, "body") == html(expected.visit)


def test_equal_keys_of_several_files_are_all_kept(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.parquet" for n in range(3)]
    for n, path in enumerate(paths):
        write_segment(path, "records", [record(5)._replace(visit=100 * n + i) for i in range(40)])
    merge_segments(paths, tmp_path / "m.parquet", "records")
    visits = column(tmp_path / "m.parquet", "records", "visit")
    assert sorted(visits) == sorted(100 * n + i for n in range(3) for i in range(40))


def test_forgotten_rows_stay_behind_with_their_bytes(tmp_path: Path) -> None:
    secret = b"SECRET-" * 50
    pages = [page(n) for n in range(40)] + [page(50, secret), page(51, host="gone.example")]
    merge_segments(
        seal(tmp_path, pages, 2),
        tmp_path / "m.parquet",
        "pages",
        lambda rows: rows.filter((pc.field("visit") != 50) & (pc.field("host") != "gone.example")),
    )
    assert column(tmp_path / "m.parquet", "pages", "visit") == list(range(40))
    assert all(secret not in value for value in column(tmp_path / "m.parquet", "pages", "body"))  # type: ignore[operator]
    assert b"gone.example" not in (tmp_path / "m.parquet").read_bytes()


def test_merging_compresses_better_than_the_first_seal(tmp_path: Path) -> None:
    paths = seal(tmp_path, [page(n) for n in range(800)], 8)
    facts = merge_segments(paths, tmp_path / "m.parquet", "pages")
    assert facts.bytes < 0.8 * sum(path.stat().st_size for path in paths)


def test_everything_can_be_forgotten(tmp_path: Path) -> None:
    paths = seal(tmp_path, [page(n) for n in range(4)], 2)
    facts = merge_segments(paths, tmp_path / "m.parquet", "pages", lambda rows: rows.slice(0, 0))
    assert facts.rows == 0
    assert verify_segment(tmp_path / "m.parquet", "pages") is None
