"""A body as it arrives: decoded, recognised, and stopped where it should go no further."""

from scraper.decode import CorruptCodingError, Decoder
from scraper.downloads import HELD_BYTES, Download
from scraper.sniff import SNIFF_BYTES, Family, is_wanted, media_type_of

BOMB_RATIO = 100  # decoded to sent; honest pages rarely pass 30
MOST_HELD_BYTES = 8 * HELD_BYTES  # whatever one chunk unfolds to
_CODED_BYTES = 4096  # decoded at once: what of a chunk was needed to pass the cap is known this exactly


class Body:
    """Takes chunks until there is a reason to stop; never holds more than its cap and one piece."""

    __slots__ = (
        "_accept",
        "_cap",
        "_coded_bytes",
        "_content_type",
        "_decoder",
        "_file",
        "_held",
        "_pieces",
        "_size",
        "is_beyond",
        "is_file",
        "media_type",
        "reason",
    )

    def __init__(
        self,
        decoder: Decoder | None,
        content_type: str,
        cap: int,
        accept: frozenset[Family] | None,
        file: Download | None = None,
    ) -> None:
        self._decoder = decoder  # None: the bytes are plain
        self._content_type = content_type
        self._cap = cap
        self._accept = accept  # None: anything
        self._file = file  # what becomes of it where it is asked for as a file
        self.is_file = False
        self.is_beyond = False  # it is asked for, and there are as many files as the job allows
        self._held = 0  # bytes in memory
        self._pieces: list[bytes] = []
        self._size = 0
        self._coded_bytes = 0
        self.media_type = ""
        self.reason = "ok"

    def add(self, chunk: bytes) -> bool:
        """Takes the next bytes from the wire; False when no more are wanted."""
        if self._decoder is None:
            return self._keep(chunk)
        try:
            for at in range(0, len(chunk), _CODED_BYTES):
                coded = chunk[at : at + _CODED_BYTES]
                self._coded_bytes += len(coded)
                if not all(map(self._keep, self._decoder.pieces(coded))):
                    return False
        except CorruptCodingError:
            self.reason = "corrupt_encoding"
            return False
        return True

    def _keep(self, piece: bytes) -> bool:
        self._pieces.append(piece)
        self._size += len(piece)
        self._held += len(piece)
        if not self.media_type and self._size >= SNIFF_BYTES and not self._recognise():
            return False
        if self._size <= self._cap:
            return not self.is_file or self._fits()
        is_bomb = self._decoder is not None and self._size > BOMB_RATIO * self._coded_bytes
        self.reason = "bomb" if is_bomb else "too_large"
        return False

    def _recognise(self) -> bool:
        head = b"".join(self._pieces) if len(self._pieces) != 1 else self._pieces[0]
        self.media_type = media_type_of(head, self._content_type)
        if self._file is not None and self._file.wants(self.media_type):
            return self._begin(self._file)
        if self._accept is None or is_wanted(self.media_type, self._accept):
            return True
        self.reason = "unwanted_type"
        return False

    def _begin(self, file: Download) -> bool:
        """A page that comes after the last file that is allowed is a page all the same."""
        if file.begin():
            self.is_file, self._cap = True, file.max_bytes
            return True
        self.is_beyond = True
        if self._accept is None or is_wanted(self.media_type, self._accept):
            return True
        self.reason = "files_limit"
        return False

    def _fits(self) -> bool:
        if self._file is not None and not self._file.grows_to(self._size):
            self.reason = "files_limit"
            return False
        if self._held > MOST_HELD_BYTES:
            self.spill()
        return True

    @property
    def is_full(self) -> bool:
        """Whether what is held should be spilled."""
        return self.is_file and self._held > HELD_BYTES

    def spill(self) -> None:
        """Lets go of what is held; blocks while it is written."""
        if self._file is not None:
            pieces, self._pieces, self._held = self._pieces, [], 0
            self._file.spill(pieces)

    def file(self) -> Download | None:
        """The body as a file that is whole; one that is not is discarded."""
        if not self.is_file or self._file is None:
            return None
        if self.reason != "ok":
            self.discard()
            return None
        if self._file.is_spooled:
            self.spill()
        return self._file

    def discard(self) -> None:
        """Nothing of it is kept as a file."""
        if self.is_file and self._file is not None:
            self._file.discard()
            self._pieces, self.is_file = [], False

    def end(self) -> None:
        """The wire has given all: what is short now was cut."""
        if not self.media_type:
            self._recognise()
        if self.reason == "ok" and self._coded_bytes and self._decoder and not self._decoder.is_complete():
            self.reason = "cut"

    def taken(self) -> bytes:
        """What was decoded, up to the cap; nothing of a body that was refused for what it is."""
        if self.reason in ("bomb", "unwanted_type"):
            return b""
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        return body[: self._cap] if len(body) > self._cap else body
