"""Content codings, undone piece by piece."""

import gzip
import tracemalloc
import zlib
from itertools import islice

import brotli
import pytest
import zstandard

from scraper.decode import CorruptCodingError, Decoder, decoder_for

PAGE = b"<html>" + b"".join(b"<p>line %d of the page</p>" % n for n in range(4000)) + b"</html>"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def decode(header: str, coded: bytes, chunk_bytes: int = 1000) -> tuple[bytes, bool]:
    decoder = decoder_for(header)
    assert decoder is not None
    plain = b"".join(
        piece
        for at in range(0, len(coded), chunk_bytes)
        for piece in decoder.pieces(coded[at : at + chunk_bytes])
    )
    return plain, decoder.is_complete()


CODED = [
    ("", PAGE),
    ("identity", PAGE),
    ("gzip", gzip.compress(PAGE)),
    ("X-GZip", gzip.compress(PAGE)),
    ("gzip", gzip.compress(PAGE[:5000]) + gzip.compress(PAGE[5000:])),
    ("gzip", gzip.compress(PAGE) + b"\0" * 700),
    ("gzip", gzip.compress(PAGE) + b"trailing garbage"),
    ("deflate", zlib.compress(PAGE)),
    ("deflate", raw_deflate(PAGE)),
    ("deflate", zlib.compress(PAGE) + b"garbage"),
    ("br", brotli.compress(PAGE, quality=4)),
    ("zstd", zstandard.compress(PAGE)),
    ("zstd", zstandard.compress(PAGE[:99]) + zstandard.compress(PAGE[99:])),
    ("zstd", zstandard.compress(PAGE) + b"garbage that is no frame"),
    ("zstd", b"\x50\x2a\x4d\x18\x02\0\0\0ab" + zstandard.compress(PAGE)),
    ("gzip, br", brotli.compress(gzip.compress(PAGE), quality=4)),
    ("gzip,gzip , gzip", gzip.compress(gzip.compress(gzip.compress(PAGE)))),
    ("deflate, identity, zstd", zstandard.compress(zlib.compress(PAGE))),
    ("gzip", PAGE),
    ("zstd", PAGE),
]


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize(("header", "coded"), CODED)
def test_what_was_coded_comes_back_whole_however_it_is_cut(
    header: str, coded: bytes, chunk_bytes: int
) -> None:
    assert decode(header, coded, chunk_bytes) == (PAGE, True)


@pytest.mark.parametrize("header", ["compress", "gzip, exi", "utf-8", "gzip" + ", gzip" * 5])
def test_unknown_or_too_many_codings_have_no_decoder(header: str) -> None:
    assert decoder_for(header) is None


@pytest.mark.parametrize(("header", "coded"), CODED[2:13])
def test_coded_data_that_ends_early_gives_its_start_and_is_not_complete(header: str, coded: bytes) -> None:
    plain, is_complete = decode(header, coded[: len(coded) // 3])
    assert PAGE.startswith(plain)
    assert not is_complete


@pytest.mark.parametrize(
    ("header", "coded"),
    [
        ("gzip", gzip.compress(PAGE)[:40] + b"\xff" * 400),
        ("deflate", b"<html>no deflate at all"),
        ("br", b"\xff" * 400),
        ("zstd", zstandard.compress(PAGE)[:200] + b"\xff" * 4000),
    ],
)
def test_damaged_data_is_told_from_data_that_ends_early(header: str, coded: bytes) -> None:
    with pytest.raises(CorruptCodingError):
        decode(header, coded)


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes << 20)


@pytest.mark.parametrize(
    ("header", "coded"),
    [
        ("gzip", gzip.compress(zeros(64))),
        ("deflate", zlib.compress(zeros(64))),
        ("br", brotli.compress(zeros(64), quality=1)),
        ("zstd", zstandard.compress(zeros(64))),
        ("gzip, gzip", gzip.compress(gzip.compress(zeros(64)))),
        ("br, zstd", zstandard.compress(brotli.compress(zeros(64), quality=1))),
    ],
)
def test_a_bomb_is_unfolded_only_as_far_as_it_is_read(header: str, coded: bytes) -> None:
    decoder = decoder_for(header)
    assert isinstance(decoder, Decoder)
    tracemalloc.start()
    taken = sum(len(piece) for piece in islice(decoder.pieces(coded), 4))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0 < taken <= 9 << 20
    assert peak < 3 << 20
