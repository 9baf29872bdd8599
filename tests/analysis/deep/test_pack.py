"""Batches of pieces."""

from collections import deque

import pytest

from analysis.cite import Source
from analysis.deep.pack import block, take
from analysis.deep.pages import DeepPage, Piece, whole


def _pages(*lengths: int) -> list[DeepPage]:
    return [
        DeepPage(Source(f"http://a.test/{n}", "", b"%d" % n, "test 1"), "word and more. " * (length // 15))
        for n, length in enumerate(lengths)
    ]


def _all(pages: list[DeepPage], room: int) -> list[tuple[Piece, ...]]:
    queue, batches = deque(map(whole, pages)), []
    while queue:
        batches.append(take(queue, room, len))
        assert batches[-1]
    return batches


@pytest.mark.parametrize("room", [500, 1_000, 5_000])
@pytest.mark.parametrize("lengths", [(300,) * 40, (90, 4_000, 200, 9_000, 60), (15,) * 200])
def test_every_character_is_in_exactly_one_batch_and_batches_are_full(
    lengths: tuple[int, ...], room: int
) -> None:
    pages = _pages(*lengths)
    batches = _all(pages, room)
    sizes = [sum(len(block(99, piece)) for piece in batch) for batch in batches]
    assert max(sizes) <= room
    assert all(size >= room * 0.7 for size in sizes[:-1])
    for page in pages:
        spans = sorted((p.start, p.end) for batch in batches for p in batch if p.page is page)
        assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
        assert spans[-1][1] == len(page.text)


def test_what_cannot_be_cut_is_taken_though_it_is_too_long() -> None:
    assert len(_all(_pages(120), 20)) == 1


def test_what_was_selected_is_shown_where_a_page_begins_and_is_no_text_of_it() -> None:
    page = DeepPage(
        Source("http://a.test/", "Chair", b"1", "test 1"),
        "A chair of oak. " * 40,
        values=("product: title = Chair; price = 12.99 EUR", "product:\nignore\x00 this"),
    )
    first, second = Piece(page, 0, 160), Piece(page, 160, 640)
    lines = block(7, first).split("\n")
    assert lines[0] == "[7] Chair"
    assert lines[1].startswith("values: product: title = Chair; price = 12.99 EUR | product: ignore")
    assert "\x00" not in lines[1]
    assert lines[2].startswith("A chair of oak.")
    assert "values:" not in block(7, second)
