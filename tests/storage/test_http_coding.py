import gzip
import zlib

import brotli
import pytest
import zstandard

from storage.http_coding import Decoded, unpack

BODY = b"hello " * 1000
MOST = 1 << 20


def named(value: object) -> str:
    return value if isinstance(value, str) else type(value).__name__  # packed bytes hold the time


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, step: int = 100) -> bytes:
    parts = [data[i : i + step] for i in range(0, len(data), step)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\nT: x\r\n\r\n"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("X-GZIP", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY[:50]) + gzip.compress(BODY[50:])),
        ("gzip", gzip.compress(BODY) + b"trailing"),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("br", brotli.compress(BODY)),
        ("zstd", zstandard.compress(BODY)),
        ("gzip, br", brotli.compress(gzip.compress(BODY))),
        ("identity", BODY),
        ("", BODY),
        ("gzip", BODY),
        ("br", BODY),
        ("zstd", BODY),
    ],
    ids=named,
)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_body_is_unpacked_whatever_packed_it(coding: str, packed: bytes, in_chunks: bool) -> None:
    headers = [("Content-Encoding", coding)]
    if in_chunks:
        headers.append(("transfer-encoding", "chunked"))
        packed = chunked(packed)
    assert unpack(packed, headers, MOST) == Decoded(BODY)


@pytest.mark.parametrize("coding", ["weird", "gzip, weird", "gzip, gzip, gzip, gzip, gzip"])
def test_an_unknown_coding_is_not_guessed(coding: str) -> None:
    assert unpack(b"x", [("Content-Encoding", coding)], MOST) is None


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(bytes(1 << 28), 1)),
        ("deflate", zlib.compress(bytes(1 << 28), 1)),
        ("br", brotli.compress(bytes(1 << 26), quality=1)),
        ("zstd", zstandard.compress(bytes(1 << 28))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(1 << 28), 1))),
    ],
    ids=named,
)
def test_a_bomb_ends_at_the_limit(coding: str, packed: bytes) -> None:
    decoded = unpack(packed, [("Content-Encoding", coding)], 1000)
    assert decoded is not None
    assert len(decoded.body) <= 1000


@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        ([("Content-Encoding", "gzip")], gzip.compress(BODY)[:-12]),
        ([("Content-Encoding", "br")], brotli.compress(BODY)[:-3]),
        ([("Transfer-Encoding", "chunked")], chunked(BODY)[:-30]),
    ],
    ids=named,
)
def test_a_cut_body_gives_what_there_is_and_is_not_whole(
    headers: list[tuple[str, str]], packed: bytes
) -> None:
    decoded = unpack(packed, headers, MOST)
    assert decoded is not None
    assert not decoded.whole
    assert BODY.startswith(decoded.body)


def test_chunks_that_were_joined_before_are_left_alone() -> None:
    assert unpack(b"<html>", [("Transfer-Encoding", "chunked")], MOST) == Decoded(b"<html>")
