"""The wire between the crawl and its parse workers: msgpack behind a length of four bytes."""

import socket
import struct
from typing import Any

import msgpack

_LENGTH = struct.Struct("<I")


def packed(message: object) -> bytes:
    # Header values may hold half surrogates, which stand for bytes that are no UTF-8.
    payload: bytes = msgpack.packb(message, unicode_errors="surrogatepass")
    return _LENGTH.pack(len(payload)) + payload


class Inbox:
    """Bytes in as they come, whole messages out."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes | memoryview) -> list[Any]:
        self._waiting += data
        messages = []
        while (end := self._end()) <= len(self._waiting):
            messages.append(_unpacked(memoryview(self._waiting)[_LENGTH.size : end]))
            del self._waiting[:end]
        return messages

    def _end(self) -> int:
        """Where the first message ends, at least past its length."""
        if len(self._waiting) < _LENGTH.size:
            return _LENGTH.size
        return _LENGTH.size + int(_LENGTH.unpack_from(self._waiting)[0])


def receive(channel: socket.socket) -> Any:
    """The next message of a blocking socket, None when the other side is gone."""
    head = _exactly(channel, _LENGTH.size)
    if head is None:
        return None
    payload = _exactly(channel, int(_LENGTH.unpack(head)[0]))
    return None if payload is None else _unpacked(payload)


def _exactly(channel: socket.socket, size: int) -> bytearray | bytes | None:
    whole = channel.recv(size, socket.MSG_WAITALL)  # nearly always; it does not clear the memory first
    if len(whole) == size:
        return whole
    data = bytearray(whole).ljust(size)
    view = memoryview(data)[len(whole) :]
    while view:
        got = channel.recv_into(view)
        if not got:
            return None
        view = view[got:]
    return data


def _unpacked(payload: bytes | bytearray | memoryview) -> Any:
    # Tuples, so that what is unpacked fits the frozen types as it stands.
    return msgpack.unpackb(payload, use_list=False, unicode_errors="surrogatepass")
