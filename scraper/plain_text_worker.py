"""The process that reads visible texts: one page in, its text out, until the other side is gone.

    python -m scraper.plain_text_worker FD PARENT

A page that takes too long or too much memory ends it, and nothing else.
"""

import os
import socket
import sys

from scraper.confinement import NO_MEMORY, limit_memory, live_and_die_with, processor_seconds
from scraper.frames import packed, receive
from scraper.plain_text import plain_text

PAGE_SECONDS = 2.0  # of processor time
MEMORY_BYTES = 512 << 20


def main(channel: socket.socket) -> None:
    limit_memory(MEMORY_BYTES)
    channel.sendall(packed("ready"))
    while (page := receive(channel)) is not None:
        body, content_type = page
        with processor_seconds(PAGE_SECONDS):
            text = plain_text(body, content_type)
        channel.sendall(packed(text))


if __name__ == "__main__":
    live_and_die_with(parent=int(sys.argv[2]))
    try:
        main(socket.socket(fileno=int(sys.argv[1])))
    except MemoryError:
        os._exit(NO_MEMORY)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
