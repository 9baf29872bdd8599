"""Reads visible texts in a process that a hostile page may end, and that is started anew for the next one."""

import os
import socket
import subprocess
import sys
import threading

from scraper.frames import packed, receive

_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
WAIT_SECONDS = 30.0  # for an answer on a machine that is busy; the page's own time is counted by the kernel


class PlainTextReader:
    """For any thread, one page at a time; costs nothing until it is asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def read(self, body: bytes, content_type: str) -> str:
        """Paragraphs, one per line; empty where the page cannot be read within its bounds."""
        with self._lock:
            text = self._answer(body, content_type) if self._channel is not None else None
            if text is None:  # it had gone before, with the thread that started it, or goes with this page
                text = self._answer(body, content_type)
            return text or ""

    def _answer(self, body: bytes, content_type: str) -> str | None:
        """None when the process is gone."""
        channel = self._channel or self._start()
        try:
            channel.sendall(packed((body, content_type)))
            text = receive(channel)
        except OSError:
            text = None
        if text is None:
            self._end()
            return None
        return str(text)

    def close(self) -> None:
        """Ends the process, if there is one."""
        with self._lock:
            self._end()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", "-m", "scraper.plain_text_worker"]
            command += [str(theirs.fileno()), str(os.getpid())]
            self._child = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        ours.settimeout(WAIT_SECONDS)
        if receive(ours) is None:
            raise OSError("the process that reads texts did not start")
        self._channel = ours
        return ours

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._channel = self._child = None
