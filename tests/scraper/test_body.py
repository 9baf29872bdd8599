"""A body as it arrives."""

import gzip

import pytest

from scraper.body import Body
from scraper.decode import decoder_for
from scraper.sniff import PAGE_FAMILIES

PAGE = b"<!DOCTYPE html><html>" + b"".join(b"<p>word %d of many</p>" % n for n in range(3000))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
CAP = 40_000


def taken(*chunks: bytes, coding: str = "", cap: int = 1 << 20) -> tuple[str, bytes, int]:
    """Reason, body, and how many chunks were taken before there was a reason to stop."""
    body = Body(decoder_for(coding) if coding else None, "text/html", cap, PAGE_FAMILIES)
    for count, chunk in enumerate(chunks, 1):
        if not body.add(chunk):
            return body.reason, body.taken(), count
    body.end()
    return body.reason, body.taken(), len(chunks)


def cut_up(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 700, 1 << 20])
def test_a_page_is_whole_however_it_is_cut(size: int) -> None:
    chunks = cut_up(PAGE, size)
    assert taken(*chunks) == ("ok", PAGE, len(chunks))


def test_a_body_that_is_not_wanted_is_left_at_its_first_bytes() -> None:
    assert taken(*cut_up(PNG, 500)) == ("unwanted_type", b"", 3)


def test_a_short_body_is_recognised_at_its_end() -> None:
    assert taken(PNG[:100]) == ("unwanted_type", b"", 1)


def test_an_empty_body_is_a_body() -> None:
    assert taken() == ("ok", b"", 0)


def test_an_empty_body_with_a_coding_is_a_body() -> None:
    assert taken(coding="gzip") == ("ok", b"", 0)


def test_a_long_body_is_cut_at_the_cap() -> None:
    reason, body, count = taken(*cut_up(PAGE, 10_000), cap=CAP)
    assert (reason, body, count) == ("too_large", PAGE[:CAP], 5)


def test_a_long_body_that_was_packed_honestly_is_no_bomb() -> None:
    reason, body, _ = taken(gzip.compress(PAGE), coding="gzip", cap=CAP)
    assert (reason, body) == ("too_large", PAGE[:CAP])


def test_a_bomb_is_named_so_and_nothing_of_it_is_kept() -> None:
    reason, body, _ = taken(gzip.compress(PAGE[:100] + bytes(8 << 20)), coding="gzip", cap=1 << 20)
    assert (reason, body) == ("bomb", b"")


def test_zeros_below_the_cap_are_no_bomb() -> None:
    page = PAGE[:100] + b" " * 500_000
    assert taken(gzip.compress(page), coding="gzip") == ("ok", page, 1)


def test_damage_keeps_what_came_before_it() -> None:
    reason, body, _ = taken(gzip.compress(PAGE)[:-8] + bytes(8), coding="gzip")
    assert reason == "corrupt_encoding"
    assert len(body) > 10_000
    assert PAGE.startswith(body)
