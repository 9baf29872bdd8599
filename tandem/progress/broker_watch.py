"""Hangs up on clients that are silent for longer than they promised, or that do not read."""

import asyncio
from collections.abc import Iterable
from typing import SupportsIndex

LOOK_SECONDS = 1.0
STALL_SECONDS = 10.0
PATIENCE = 1.5  # times the promised silence, as MQTT says
NEVER = 0


class HeardReader(asyncio.StreamReader):
    """Notes when its client was last heard, and the longest silence that its first packet promises."""

    def __init__(self) -> None:
        super().__init__()
        self._loop_now = asyncio.get_running_loop().time
        self._heard_at = self._loop_now()
        self._promised: int | None = None

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        self._heard_at = self._loop_now()
        if self._promised is None:
            self._promised = promised_seconds(bytes(data))
        super().feed_data(data)

    @property
    def is_overdue(self) -> bool:
        """Whether the client should have said something long ago."""
        return bool(self._promised) and self._loop_now() - self._heard_at > PATIENCE * (self._promised or 0)


def promised_seconds(connect: bytes) -> int:
    """The keepalive of a CONNECT packet; 0 means that its client may be silent forever."""
    at = 1
    while at < len(connect) and connect[at] & 0x80:  # the length of the packet takes one to four bytes
        at += 1
    name_at = at + 1
    name_length = int.from_bytes(connect[name_at : name_at + 2], "big")
    keepalive_at = name_at + 2 + name_length + 2  # behind the name, the level and the flags
    return (
        int.from_bytes(connect[keepalive_at : keepalive_at + 2], "big") if connect[:1] == b"\x10" else NEVER
    )


async def watch_client(reader: HeardReader, transport: asyncio.WriteTransport) -> None:
    """Until the client has to go; what it does not read would be kept for it without a bound."""
    stalled = 0.0
    while stalled < STALL_SECONDS and not reader.is_overdue:
        await asyncio.sleep(LOOK_SECONDS)
        stalled = stalled + LOOK_SECONDS if transport.get_write_buffer_size() else 0.0
    transport.abort()
