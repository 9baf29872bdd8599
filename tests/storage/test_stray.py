from pathlib import Path

from storage.stray import Stray, Why, find_strays, set_aside


def test_a_folder_that_agrees_with_its_list_has_no_strays(tmp_path: Path) -> None:
    (tmp_path / "1.parquet").write_bytes(b"x")
    (tmp_path / "set-aside").mkdir()
    assert find_strays(tmp_path, {"1.parquet"}) == []


def test_each_difference_is_named(tmp_path: Path) -> None:
    for name in ("1.parquet", "2.parquet", "3.parquet.tmp"):
        (tmp_path / name).write_bytes(b"x")
    assert find_strays(tmp_path, {"1.parquet", "4.parquet"}) == [
        Stray(tmp_path / "2.parquet", Why.UNLISTED),
        Stray(tmp_path / "3.parquet.tmp", Why.UNFINISHED),
        Stray(tmp_path / "4.parquet", Why.MISSING),
    ]


def test_a_stray_is_moved_and_never_overwrites_an_earlier_one(tmp_path: Path) -> None:
    moved = []
    for content in (b"first", b"second"):
        (tmp_path / "2.parquet").write_bytes(content)
        moved.append(set_aside(Stray(tmp_path / "2.parquet", Why.UNLISTED)))
    assert [path.read_bytes() for path in moved] == [b"first", b"second"]
    assert find_strays(tmp_path, set()) == []
