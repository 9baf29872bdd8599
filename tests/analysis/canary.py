"""A server that hears whatever leaves a document, and a browser to which every host is that server."""

import shutil
import socket
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")


class Canary:
    """Counts the connections that anybody makes, and answers none."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    self.heard.append(connection.recv(4096))
                except TimeoutError:
                    self.heard.append(b"")
                connection.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )


def browse(page: Path, canary: Canary, *options: str) -> str:
    """What a browser makes of a file; whatever host it names is the canary."""
    browser = next(path for name in BROWSERS if (path := shutil.which(name)))
    command = [
        *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
        *("--disable-component-update", "--disable-domain-reliability", "--no-first-run", "--no-pings"),
        f"--host-resolver-rules=MAP * 127.0.0.1:{canary.port}",
        f"--user-data-dir={page.parent / 'profile'}",
        *(*options, "--dump-dom", page.as_uri()),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
