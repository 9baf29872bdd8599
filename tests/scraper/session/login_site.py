"""A site with a login on loopback: tokens against forgery, sessions that expire, a logout that works."""

import secrets
import threading
import time
from base64 import b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Came:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""


@dataclass(slots=True)
class LoginSite:
    """`/` lists `/0`, `/1` and so on, for users alone; what is set here may be changed while it serves."""

    user: str = "anna"
    password: str = "right horse"  # noqa: S105 - opens nothing but this site
    pages: int = 12
    lasts: int = 10**9  # pages that one login is good for
    basic: bool = False  # asks for HTTP's own login instead
    strangers_get: int = 302  # the login page, or this status
    multipart: bool = False
    logs_in_at: str = ""  # an origin that the form sends to; its own when empty
    leads_to: str = "/"  # where the login goes when it went well
    beside: str = ""  # stands on every page beside what it says
    away: str = ""  # where /away redirects to
    further: dict[str, str] = field(default_factory=dict)  # paths of more pages, and what stands there
    issued: list[str] = field(default_factory=list)  # every token and every session there was
    log: list[Came] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # when each came, monotonic
    logins: int = 0
    logouts: int = 0
    left: dict[str, int] = field(default_factory=dict)  # pages that each session is still good for
    tokens: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """Without a slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        """With its port."""
        return f"127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[Came]:
        """Every request for a path."""
        return [came for came in list(self.log) if urlsplit(came.path).path == path]

    def __enter__(self) -> Self:
        site = self

        handler = type("Handler", (_Handler,), {"served": site})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="login site")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: LoginSite
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one piece

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self._note()
        site, path = self.served, urlsplit(self.path).path
        if path == "/robots.txt":
            self._answer(404, "none")
        elif path == "/login":
            self._show_form()
        elif path == "/logout":
            with site.lock:
                site.logouts += 1
                site.left.clear()
            self._answer(200, "bye")
        elif path == "/away":
            self._answer(302, "", ("Location", site.away))
        elif not self._is_user():
            self._turn_away()
        else:
            self._show_page(path)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self._note(body)
        site, given = self.served, self._given(body)
        with site.lock:
            is_fresh = given.get("csrf", "") in site.tokens and f"form={given.get('csrf')}" in self._cookies()
            site.tokens.discard(given.get("csrf", ""))
        if not is_fresh:
            self._answer(400, "no token")
        elif (given.get("user"), given.get("word")) != (site.user, site.password):
            self._show_form("That was wrong.")
        else:
            sid = secrets.token_hex(8)
            with site.lock:
                site.issued.append(sid)
                site.logins += 1
                site.left[sid] = site.lasts
            self._answer(303, "", ("Location", site.leads_to), ("Set-Cookie", f"sid={sid}; Path=/; HttpOnly"))

    def _given(self, body: str) -> dict[str, str]:
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return dict(parse_qsl(body, keep_blank_values=True))
        found = {}
        for part in body.split("--" + kind.partition("boundary=")[2])[1:-1]:
            head, _, value = part.partition("\r\n\r\n")
            found[head.partition('name="')[2].partition('"')[0]] = value.removesuffix("\r\n")
        return found

    def _is_user(self) -> bool:
        site = self.served
        if site.basic:
            pair = b64encode(f"{site.user}:{site.password}".encode()).decode()
            return self.headers.get("Authorization") == f"Basic {pair}"
        with site.lock:
            for sid, left in site.left.items():
                if f"sid={sid}" in self._cookies():
                    site.left[sid] = left - 1
                    return left > 0
        return False

    def _turn_away(self) -> None:
        if self.served.basic:
            self._answer(401, "who?", ("WWW-Authenticate", 'Basic realm="x"'))
        elif self.served.strangers_get == 302:
            self._answer(
                302, "", ("Location", f"/login?next={self.path}"), ("Set-Cookie", "sid=nobody; Path=/")
            )
        else:
            self._answer(self.served.strangers_get, "<p>Please log in to see this page.</p>")

    def _show_form(self, said: str = "") -> None:
        site, token = self.served, secrets.token_hex(8)
        with site.lock:
            site.issued.append(token)
            site.tokens.add(token)
        kind = "multipart/form-data" if site.multipart else ""
        form = (
            f'<form action="/search"><input name=q></form><p>{said}</p>'
            f'<form method=post action="{site.logs_in_at}/login" enctype="{kind}">'
            f'<input type=hidden name=csrf value="{token}"><input name=user value="">'
            "<input type=password name=word><input type=checkbox name=stay checked>"
            "<button name=go value=in>In</button></form>"
        )
        self._answer(200, form, ("Set-Cookie", f"form={token}; Path=/; HttpOnly"))

    def _show_page(self, path: str) -> None:
        site, number = self.served, path.removeprefix("/")
        if path == "/admin":
            self._answer(403, "<p>Not for you.</p>")
        elif path == "/":
            paths = [*site.further, *(f"/{one}" for one in range(site.pages))]
            links = "".join(f'<a href="{one}">{one}</a> ' for one in paths)
            self._answer(200, f'<h1>List</h1>{links}<a href="/logout">Log out</a><a href="/login">again</a>')
        elif path in site.further:
            self._answer(200, site.further[path])
        elif number.isdecimal() and int(number) < site.pages:
            words = f"<p>This is page {number}, which only users of the site may read, as Anna does.</p>"
            self._answer(200, f'<h1>Page {number}</h1>{words}<a href="/user/logout">out</a>')
        else:
            self._answer(404, "none")

    def _cookies(self) -> str:
        return self.headers.get("Cookie", "")

    def _note(self, body: str = "") -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.served.times.append(time.monotonic())
        self.served.log.append(Came(self.command, self.path, headers, body))

    def _answer(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        body = f"<!doctype html><title>{status}</title>{text}{self.served.beside}".encode()
        self.send_response(status)
        for name, value in (("Content-Type", "text/html; charset=utf-8"), *headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def query(came: Came) -> dict[str, list[str]]:
    """The arguments of a request."""
    return parse_qs(urlsplit(came.path).query)
