"""A site on loopback whose pages can be changed while it serves; it answers conditional requests tersely."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Content:
    """What stands at one address."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    etag: str = ""
    modified: str = ""


@dataclass(slots=True)
class ChangingSite:
    """Serves `pages`; `asked` are the conditions of each request, by path."""

    pages: dict[str, Content] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # path, if-none-match, if-modified-since
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class names it
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        tag = request.headers.get("If-None-Match", "")
        since = request.headers.get("If-Modified-Since", "")
        self.asked.append((request.path, tag, since))
        page = self.pages.get(request.path, Content(b"none", 404))
        if (page.etag and tag == page.etag) or (page.modified and since == page.modified):
            request.send_response(304)  # without a single header, as many servers do
            request.end_headers()
            return
        request.send_response(page.status)
        validators = (("ETag", page.etag), ("Last-Modified", page.modified))
        for name, value in (*page.headers, *((name, value) for name, value in validators if value)):
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(page.body)))
        request.end_headers()
        request.wfile.write(page.body)


def listing(*paths: str) -> Content:
    """A page that links to others."""
    return Content("".join(f'<a href="{path}">{path}</a> ' for path in paths).encode())
