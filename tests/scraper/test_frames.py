import socket
from threading import Thread

import pytest

from scraper.frames import Inbox, packed, receive

MESSAGES = ["ready", [1, b"\x00" * 70_000, "ü"], ["surrogate \udcff in a header"], []]


@pytest.mark.parametrize("step", [1, 3, 4, 5, 1000, 1_000_000])
def test_messages_come_whole_however_the_bytes_are_cut(step: int) -> None:
    inbox = Inbox()
    wire = b"".join(map(packed, MESSAGES))
    got = [message for at in range(0, len(wire), step) for message in inbox.feed(wire[at : at + step])]
    assert got == ["ready", (1, b"\x00" * 70_000, "ü"), ("surrogate \udcff in a header",), ()]


def test_a_blocking_reader_gets_messages_until_the_other_side_is_gone() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        wire = b"".join(map(packed, MESSAGES)) + packed("cut short")[:-1]

        def write() -> None:
            with theirs:
                theirs.sendall(wire)

        writer = Thread(target=write)
        writer.start()
        got = [receive(ours) for _ in range(len(MESSAGES) + 1)]
        writer.join()
    assert got == ["ready", (1, b"\x00" * 70_000, "ü"), ("surrogate \udcff in a header",), (), None]
