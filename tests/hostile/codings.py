"""Bodies whose coding is a bomb, a lie or a ruin."""

import gzip
import zlib
from functools import cache

import brotli
import zstandard

from tests.hostile.registry import Asked, Wire, answer, hazard, page

KIND = "bodies-coding"
PLAIN = page("coded", "<p>every word of it</p>" * 500)


@cache
def zeros() -> bytes:
    return page("bomb") + bytes(48 << 20)


def coded(body: bytes, coding: str) -> bytes:
    return answer(body, ("Content-Encoding", coding))


def raw_deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@cache
def bomb(coding: str) -> bytes:
    """Made once: packing takes longer than a client that measures time should wait."""
    match coding:
        case "gzip":
            return gzip.compress(zeros(), 6)
        case "deflate":
            return zlib.compress(zeros())
        case "raw deflate":
            return raw_deflated(zeros())
        case "br":
            return brotli.compress(zeros(), quality=1)
        case "zstd":
            return zstandard.compress(zeros())
        case _:
            return gzip.compress(bomb("gzip"))


def make_bombs() -> None:
    """All of them, before anybody asks."""
    for coding in ("gzip", "deflate", "raw deflate", "br", "zstd", "gzip, gzip"):
        bomb(coding)


@hazard(KIND, "bomb", truncated=True)
async def bomb_gzip(asked: Asked, wire: Wire) -> bytes:
    return coded(bomb("gzip"), "gzip")


@hazard(KIND, "bomb", truncated=True)
async def bomb_deflate(asked: Asked, wire: Wire) -> bytes:
    return coded(bomb("deflate"), "deflate")


@hazard(KIND, "bomb", truncated=True)
async def bomb_raw_deflate(asked: Asked, wire: Wire) -> bytes:
    return coded(bomb("raw deflate"), "deflate")


@hazard(KIND, "bomb", truncated=True)
async def bomb_br(asked: Asked, wire: Wire) -> bytes:
    return coded(bomb("br"), "br")


@hazard(KIND, "bomb", truncated=True)
async def bomb_zstd(asked: Asked, wire: Wire) -> bytes:
    return coded(bomb("zstd"), "zstd")


@hazard(KIND, "bomb", truncated=True)
async def bomb_chained(asked: Asked, wire: Wire) -> bytes:
    return coded(bomb("gzip, gzip"), "gzip, gzip")


@hazard(KIND, "bomb", truncated=True)
async def bomb_chunked(asked: Asked, wire: Wire) -> None:
    wire.writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    body = bomb("gzip")
    for at in range(0, len(body), 4096):
        chunk = body[at : at + 4096]
        wire.writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await wire.writer.drain()
    wire.writer.write(b"0\r\n\r\n")


@hazard(KIND, "ok")
async def coding_claimed_but_plain(asked: Asked, wire: Wire) -> bytes:
    return coded(PLAIN, "gzip")


@hazard(KIND, "ok")
async def coding_chained(asked: Asked, wire: Wire) -> bytes:
    return coded(brotli.compress(gzip.compress(PLAIN)), "gzip, br")


@hazard(KIND, "ok")
async def coding_thrice(asked: Asked, wire: Wire) -> bytes:
    return coded(gzip.compress(gzip.compress(gzip.compress(PLAIN))), "gzip, gzip, gzip")


@hazard(KIND, "ok")
async def coding_in_two_members(asked: Asked, wire: Wire) -> bytes:
    return coded(gzip.compress(PLAIN[:900]) + gzip.compress(PLAIN[900:]), "gzip")


@hazard(KIND, "ok")
async def coding_with_garbage_after(asked: Asked, wire: Wire) -> bytes:
    return coded(gzip.compress(PLAIN) + b"\x00garbage", "gzip")


@hazard(KIND, "unknown_encoding", truncated=True)
async def coding_unknown(asked: Asked, wire: Wire) -> bytes:
    return coded(PLAIN, "sdch")


@hazard(KIND, "unknown_encoding", truncated=True)
async def codings_without_end(asked: Asked, wire: Wire) -> bytes:
    return coded(PLAIN, ", ".join(["gzip"] * 200))


@hazard(KIND, "cut", truncated=True)
async def coding_ends_early(asked: Asked, wire: Wire) -> bytes:
    return coded(gzip.compress(PLAIN)[:-20], "gzip")


@hazard(KIND, "corrupt_encoding", truncated=True)
async def coding_damaged(asked: Asked, wire: Wire) -> bytes:
    return coded(gzip.compress(PLAIN)[:60] + b"\xff" * 500, "gzip")
