"""Our side of one HTTP connection: what the network divides or joins makes no difference to an answer."""

import asyncio

from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.streams import StreamReader

INFORMATIONAL_ANSWERS = 20  # before the real one
_HEAD_END = b"\r\n\r\n"
_READ_BYTES = 1 << 16  # at once: the 256 KB that asyncio asks for are mapped anew for every read


class Protocol(ResponseHandler):
    """aiohttp's side, with an end to informational answers: it would read them for ever.

    Where head and body come in one piece, the head is taken first: aiohttp would lose it with a broken body,
    and what a request comes to would hang on how the network divided the answer.
    """

    _asides = 0
    _expects_head = False

    def expect_head(self) -> None:
        """What comes next begins with status and headers."""
        self._expects_head = True

    def data_received(self, data: bytes) -> None:
        while self._expects_head and (end := data.find(_HEAD_END)) >= 0:
            super().data_received(data[: end + len(_HEAD_END)])
            data = data[end + len(_HEAD_END) :]
            if not data or self.exception() is not None:
                return
        super().data_received(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = _READ_BYTES

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        self._expects_head = 100 <= data[0].code < 200 and data[0].code != 101
        self._asides = self._asides + 1 if data[0].code < 200 else 0
        if self._asides <= INFORMATIONAL_ANSWERS:
            super().feed_data(data, size)
        elif self.transport is not None and not self.transport.is_closing():
            self.set_exception(BadHttpMessage("informational answers without end"))
            self.transport.abort()
