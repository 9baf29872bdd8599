"""Connections that end, stall or lie about lengths."""

import asyncio
import socket
import struct

from tests.hostile.registry import Asked, Wire, answer, hazard, page
from tests.hostile.registry import Where as At

KIND = "tcp"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
START = page("start", "<p>so far</p>" * 200)


def reset(wire: Wire) -> None:
    """Ends the connection with RST: what lies unread or unsent is lost."""
    sock = wire.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.writer.transport.abort()


async def until_gone(wire: Wire) -> None:
    """Stays silent until the client hangs up."""
    while await wire.reader.read(65_536):
        pass


async def received(wire: Wire, sent: bytes) -> None:
    """Waits until the client's kernel has these bytes, so that a reset does not overtake them."""
    wire.writer.write(sent)
    await wire.writer.drain()
    await asyncio.sleep(0.05)  # there is no event for it: the other side's buffer is not ours to see


@hazard(KIND, "connect_refused", status=0, where=At.REFUSED)
async def refused(asked: Asked, wire: Wire) -> None:
    raise AssertionError("nobody listens there")


@hazard(KIND, "connection_reset", status=0)
async def reset_before_answer(asked: Asked, wire: Wire) -> None:
    reset(wire)


@hazard(KIND, "connection_reset", status=0)
async def reset_inside_headers(asked: Asked, wire: Wire) -> None:
    await received(wire, HEAD)
    reset(wire)


@hazard(KIND, "cut", truncated=True)
async def reset_inside_body(asked: Asked, wire: Wire) -> None:
    await received(wire, HEAD + b"Content-Length: 100000\r\n\r\n" + START)
    reset(wire)


@hazard(KIND, "cut", truncated=True)
async def reset_inside_unmeasured_body(asked: Asked, wire: Wire) -> None:
    await received(wire, HEAD + b"\r\n" + START)
    reset(wire)


@hazard(KIND, "ok")
async def reset_after_body(asked: Asked, wire: Wire) -> None:
    await received(wire, answer(START))
    reset(wire)


@hazard(KIND, "no_answer", status=0)
async def closed_without_answer(asked: Asked, wire: Wire) -> None:
    return


@hazard(KIND, "ok")
async def half_closed(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"\r\n" + START)
    wire.writer.write_eof()
    await until_gone(wire)


@hazard(KIND, "ok")
async def closed_under_second_request(asked: Asked, wire: Wire) -> bytes | None:
    return None if asked.turn else answer(START)


@hazard(KIND, "cut", truncated=True)
async def length_too_long(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % (len(START) + 9) + START)


@hazard(KIND, "ok")
async def length_too_short(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % (len(START) - 9) + START)


@hazard(KIND, "protocol", status=0)
async def length_negative(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"Content-Length: -5\r\n\r\n" + START)


@hazard(KIND, "protocol", status=0)
async def length_twice(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n" + START)


@hazard(KIND, "protocol", status=0)
async def length_and_chunks(asked: Asked, wire: Wire) -> None:
    wire.writer.write(
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )


@hazard(KIND, "cut", truncated=True)
async def chunks_broken(asked: Asked, wire: Wire) -> None:
    await received(wire, CHUNKED + b"%x\r\n%s\r\n" % (len(START), START))
    wire.writer.write(b"no length at all\r\nwords\r\n")
    await until_gone(wire)


@hazard(KIND, "cut", truncated=True)
async def chunks_broken_at_once(asked: Asked, wire: Wire) -> None:
    wire.writer.write(CHUNKED + b"%x\r\n%s\r\nno length at all\r\nwords\r\n" % (len(START), START))
    await until_gone(wire)


@hazard(KIND, "cut", truncated=True)
async def chunks_without_last(asked: Asked, wire: Wire) -> None:
    wire.writer.write(CHUNKED + b"%x\r\n%s\r\n" % (len(START), START))


@hazard(KIND, "ok")
async def chunks_with_trailers(asked: Asked, wire: Wire) -> bytes:
    return CHUNKED + b"%x\r\n%s\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n" % (len(START), START)


@hazard(KIND, "too_large", truncated=True)
async def chunks_without_end(asked: Asked, wire: Wire) -> None:
    wire.writer.write(CHUNKED)
    while not wire.writer.is_closing():
        wire.writer.write(b"%x\r\n%s\r\n" % (len(START), START))
        await wire.writer.drain()


@hazard(KIND, "too_large", truncated=True)
async def body_without_end(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"\r\n")
    while not wire.writer.is_closing():
        wire.writer.write(START)
        await wire.writer.drain()


@hazard(KIND, "too_slow", truncated=True)
async def body_by_drops(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not wire.writer.is_closing():
        wire.writer.write(b"x")
        await asyncio.sleep(0.05)


@hazard(KIND, "too_slow", truncated=True)
async def hang_after_headers(asked: Asked, wire: Wire) -> None:
    wire.writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    await until_gone(wire)


@hazard(KIND, "timeout", status=0)
async def hang_before_answer(asked: Asked, wire: Wire) -> None:
    await until_gone(wire)


@hazard(KIND, "timeout", status=0)
async def headers_by_drops(asked: Asked, wire: Wire) -> None:
    wire.writer.write(b"HTTP/1.1 200 OK\r\nX-Drops: ")
    while not wire.writer.is_closing():
        wire.writer.write(b"x")
        await asyncio.sleep(0.05)


@hazard(KIND, "protocol", status=0)
async def another_protocol(asked: Asked, wire: Wire) -> None:
    wire.writer.write(b"SSH-2.0-OpenSSH_9.6\r\n" + b"\x00\x00\x05\xdc" * 20)


@hazard(KIND, "protocol", status=0)
async def answer_without_head(asked: Asked, wire: Wire) -> None:
    wire.writer.write(START)
