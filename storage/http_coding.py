"""Undoes how HTTP packed a body that an archive kept as it came, never beyond a number of bytes."""

import io
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import brotli
import zstandard

_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r?\n")
_CODINGS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body, cut at the most that was asked for; not whole when its packing ended too early."""

    body: bytes
    whole: bool = True


def unpack(raw: bytes, headers: Sequence[Sequence[str]], most: int) -> Decoded | None:
    """The decoded body, at most `most` bytes of it; None for a coding that nobody knows."""
    decoded = Decoded(raw)
    if any("chunked" in coding for coding in _codings(headers, "transfer-encoding")):
        decoded = _dechunked(raw)
    codings = [c for c in _codings(headers, "content-encoding") if c not in {"", "identity"}]
    if len(codings) > _CODINGS_AT_ONCE:
        return None
    for coding in reversed(codings):
        undo = _UNDO.get(coding)
        if undo is None:
            return None
        try:
            step = undo(decoded.body, most)
        except (zlib.error, brotli.error, zstandard.ZstdError):
            continue  # the header is left, the packing was undone before: usual in archives
        decoded = Decoded(step.body, step.whole and decoded.whole)
    return Decoded(decoded.body[:most], decoded.whole)


def _codings(headers: Sequence[Sequence[str]], name: str) -> list[str]:
    values = ",".join(value for key, value in headers if key.lower() == name)
    return [coding.strip().lower() for coding in values.split(",")]


def _dechunked(raw: bytes) -> Decoded:
    """The chunks in a row; what does not begin with a chunk was joined before."""
    parts: list[bytes] = []
    place = 0
    while line := _CHUNK_LINE.match(raw, place):
        size = int(line[1], 16)
        if size == 0:
            return Decoded(b"".join(parts))
        parts.append(raw[line.end() : line.end() + size])
        place = line.end() + size
        place += 2 if raw[place : place + 2] == b"\r\n" else 1
    return Decoded(b"".join(parts), whole=False) if parts else Decoded(raw)


def _gunzip(packed: bytes, most: int) -> Decoded:
    out = bytearray()
    while packed and len(out) < most:
        member = zlib.decompressobj(47)
        out += member.decompress(packed, most - len(out))
        if not member.eof:
            return Decoded(bytes(out), whole=len(out) >= most)
        packed = member.unused_data if member.unused_data.startswith(b"\x1f\x8b") else b""
    return Decoded(bytes(out))


def _inflate(packed: bytes, most: int) -> Decoded:
    try:
        return _gunzip(packed, most)
    except zlib.error:
        stream = zlib.decompressobj(-15)
        body = stream.decompress(packed, most)
        return Decoded(body, stream.eof or len(body) >= most)


def _unbrotli(packed: bytes, most: int) -> Decoded:
    stream = brotli.Decompressor()
    out = bytearray(stream.process(packed, output_buffer_limit=most))
    while len(out) < most and not stream.is_finished():
        more = stream.process(b"", output_buffer_limit=most - len(out))
        if not more:
            return Decoded(bytes(out), whole=False)
        out += more
    return Decoded(bytes(out))


def _unzstd(packed: bytes, most: int) -> Decoded:
    decoder = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    with decoder.stream_reader(io.BytesIO(packed), read_across_frames=True) as stream:
        return Decoded(stream.read(most))


_UNDO: dict[str, Callable[[bytes, int], Decoded]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
