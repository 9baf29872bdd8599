"""Content codings, undone piece by piece so that a bomb is never unfolded further than its reader asks."""

import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import brotli
import zstandard

if TYPE_CHECKING:
    from zlib import _Decompress

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
MAX_CODINGS = 5
PIECE_BYTES = 65_536
_ZSTD_SLICE_BYTES = 32  # a block of four bytes may unfold to 128 KiB, and the library has no output limit
_ZSTD_WINDOW_BYTES = 8 << 20  # RFC 8878 3.1.1.1.2: more need not be supported
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_NO_CODING = frozenset({"", "identity", "none"})


class CorruptCodingError(ValueError):
    """The bytes are not what Content-Encoding says."""


class Stage(Protocol):
    """One coding being undone."""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What the next coded bytes give, in pieces of some PIECE_BYTES."""

    def is_complete(self) -> bool:
        """Whether the coded data has come to its proper end."""


class Gzip:
    """gzip of one or many members; a body that never was gzip is given as it is, as browsers do."""

    def __init__(self) -> None:
        self._inflater: _Decompress | None = None
        self._start = b""  # a lone first byte of a member
        self._members = 0
        self._is_plain = False
        self._is_over = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        data = self._start + data
        self._start = b""
        while data and not self._is_over:
            if self._inflater is None and not self._is_plain:
                self._begin(data)
            if self._is_plain:
                yield data
            if self._inflater is None:
                return
            yield from _inflate(self._inflater, data)
            if not self._inflater.eof:
                return
            data = self._inflater.unused_data
            self._inflater = None

    def _begin(self, data: bytes) -> None:
        if data == _GZIP_MAGIC[:1]:
            self._start = data
        elif data.startswith(_GZIP_MAGIC):
            self._members += 1
            self._inflater = zlib.decompressobj(wbits=31)
        elif self._members:
            self._is_over = True  # padding or garbage after the last member
        else:
            self._is_plain = True

    def is_complete(self) -> bool:
        return self._is_plain or (self._members > 0 and self._inflater is None)


class Deflate:
    """deflate in its zlib wrapping or, as some servers mean it, bare."""

    def __init__(self) -> None:
        self._inflater: _Decompress | None = None
        self._start = b""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            data = self._start + data
            if len(data) < 2:
                self._start = data
                return
            is_wrapped = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0  # RFC 1950 2.2
            self._inflater = zlib.decompressobj(wbits=15 if is_wrapped else -15)
        if not self._inflater.eof:
            yield from _inflate(self._inflater, data)

    def is_complete(self) -> bool:
        return self._inflater is not None and self._inflater.eof


class Brotli:
    """br, by the output limit that the library has since 1.2."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while not self._decompressor.is_finished():
            try:
                plain = self._decompressor.process(data, output_buffer_limit=PIECE_BYTES)
            except brotli.error as error:
                raise CorruptCodingError(str(error)) from error
            if plain:
                yield plain
            elif self._decompressor.can_accept_more_data():
                return
            data = b""

    def is_complete(self) -> bool:
        return bool(self._decompressor.is_finished())


class Zstd:
    """zstd of one or many frames; a body that never was zstd is given as it is."""

    def __init__(self) -> None:
        self._library = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._frame = self._library.decompressobj()
        self._start = b""
        self._frames = 0
        self._is_between = True
        self._is_plain = False
        self._is_over = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._is_between and not self._is_plain:
            data = self._start + data
            self._start = data if len(data) < len(_ZSTD_MAGIC) else b""
            self._is_plain = not self._frames and not self._start and not _starts_frame(data)
        if self._is_plain:
            yield data
        elif not self._start:
            yield from self._unfold(data)

    def _unfold(self, data: bytes) -> Iterator[bytes]:
        for at in range(0, len(data), _ZSTD_SLICE_BYTES):
            coded = data[at : at + _ZSTD_SLICE_BYTES]
            while coded and not self._is_over:
                plain = self._decompress(coded)
                if plain:
                    yield plain
                coded = self._next_frame() if self._frame.eof else b""

    def _decompress(self, coded: bytes) -> bytes:
        try:
            plain = self._frame.decompress(coded)
        except zstandard.ZstdError as error:
            if not (self._frames and self._is_between):
                raise CorruptCodingError(str(error)) from error
            self._is_over = True  # padding or garbage after the last frame
            return b""
        self._is_between = False
        return plain

    def _next_frame(self) -> bytes:
        rest = self._frame.unused_data
        self._frame = self._library.decompressobj()
        self._frames += 1
        self._is_between = True
        return rest

    def is_complete(self) -> bool:
        return self._is_plain or (self._frames > 0 and self._is_between)


_STAGES: dict[str, Callable[[], Stage]] = {
    "gzip": Gzip,
    "x-gzip": Gzip,
    "deflate": Deflate,
    "br": Brotli,
    "zstd": Zstd,
}


class Decoder:
    """A body's codings in the order in which they are undone."""

    def __init__(self, stages: tuple[Stage, ...]) -> None:
        self._stages = stages

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Plain pieces of the next bytes from the wire, unfolded only as far as they are asked for."""
        flow: Iterator[bytes] = iter((data,))
        for stage in self._stages:
            flow = _through(stage, flow)
        return flow

    def is_complete(self) -> bool:
        return all(stage.is_complete() for stage in self._stages)


def decoder_for(content_encoding: str) -> Decoder | None:
    """What undoes this Content-Encoding, or None when it names something unknown or too many codings."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in _NO_CODING]
    if len(names) > MAX_CODINGS or any(name not in _STAGES for name in names):
        return None
    return Decoder(tuple(_STAGES[name]() for name in reversed(names)))


def _through(stage: Stage, flow: Iterator[bytes]) -> Iterator[bytes]:
    for data in flow:
        yield from stage.pieces(data)


def _inflate(inflater: "_Decompress", data: bytes) -> Iterator[bytes]:
    while True:
        try:
            plain = inflater.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise CorruptCodingError(str(error)) from error
        if plain:
            yield plain
        data = inflater.unconsumed_tail
        if inflater.eof or (not data and len(plain) < PIECE_BYTES):
            return


def _starts_frame(data: bytes) -> bool:
    is_skippable = data[1:4] == b"\x2a\x4d\x18" and data[0] & 0xF0 == 0x50
    return is_skippable or data.startswith(_ZSTD_MAGIC)
