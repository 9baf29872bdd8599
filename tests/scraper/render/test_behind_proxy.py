"""What is allowed comes through the proxy as if it were not there; files are held back before it."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha1
from pathlib import Path

import pytest
import trustme

from scraper.render.navigation import refusal
from tests.scraper.render.behind_proxy import chromium, guarded, visit
from tests.scraper.render.wires import Wire, talking, until

pytestmark = pytest.mark.browser

PIXEL = (
    "data:image/svg+xml,"  # what is no request needs no proxy
    "%3Csvg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/%3E"
)
PAGE = f"""<!doctype html><link rel="stylesheet" href="/style.css"><img id="inline" src="{PIXEL}">
<img id="image" src="/image.svg"><script src="/script.js"></script><iframe src="/frame"></iframe>
<form action="/form" method="post"><input name="a" value="b"></form>
<script>
async function all() {{
  const texts = [window.ran, getComputedStyle(document.body).color];
  texts.push(document.getElementById("image").naturalWidth, document.getElementById("inline").naturalWidth);
  texts.push(await (await fetch("/text")).text(), await (await fetch("/moved")).text());
  texts.push(await (await fetch("/chunks")).text(), await (await fetch("/text", {{method: "HEAD"}})).text());
  const big = "x".repeat(300000);
  texts.push(await (await fetch("/echo", {{method: "POST", body: big}})).text() == big);
  texts.push(await new Promise(done => {{
    const request = new XMLHttpRequest();
    request.onload = () => done(request.responseText);
    request.open("GET", "/text"); request.send();
  }}));
  texts.push(await new Promise(done => {{
    new EventSource("/events").onmessage = event => done(event.data);
  }}));
  texts.push(await new Promise(done => {{
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/socket");
    socket.onmessage = event => done(event.data); socket.onerror = () => done("no socket");
  }}));
  texts.push(await new Promise(done => {{
    new Worker("/worker.js").onmessage = event => done(event.data);
  }}));
  return texts;
}}
</script>"""
ANSWERS = {
    "/": ("text/html", PAGE),
    "/style.css": ("text/css", "body { color: rgb(1, 2, 3) }"),
    "/script.js": ("text/javascript", "window.ran = 'ran'"),
    "/worker.js": ("text/javascript", "fetch('/text').then(t => t.text()).then(postMessage)"),
    "/image.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'),
    "/frame": ("text/html", "<p>framed"),
    "/text": ("text/plain", "text"),
    "/form": ("text/html", "<p>sent"),
}
EXPECTED = ["ran", "rgb(1, 2, 3)", 7, 1, "text", "text", "abcde", "", True, "text", "event", "frame", "text"]


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(fields.get("Content-Length", 0)))
        if path == "/moved":
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: /text\r\nContent-Length: 0\r\n\r\n")
        elif path == "/chunks":
            writer.write(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            )
        elif path == "/events":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: event\n\n")
            await reader.read(-1)
        elif path == "/socket":
            key = next(line for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
            digest = sha1(key.split(": ")[1].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()  # noqa: S324
            fields_ = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + b64encode(
                digest
            )
            writer.write(b"HTTP/1.1 101 Switching\r\n" + fields_ + b"\r\n\r\n\x81\x05frame")
            await reader.read(-1)
        else:
            kind, text = ANSWERS.get(path, ("text/plain", body.decode()))
            shown = b"" if method == "HEAD" else text.encode()
            told = f"Content-Type: {kind}\r\nContent-Length: {len(text.encode())}\r\n\r\n"
            writer.write(b"HTTP/1.1 200 OK\r\n" + told.encode() + shown)
        await writer.drain()


def shaken(head: str) -> bytes:
    """The answer that makes a WebSocket."""
    key = next(line for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
    digest = sha1(key.split(": ")[1].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()  # noqa: S324
    fields = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + b64encode(digest)
    return b"HTTP/1.1 101 Switching\r\n" + fields + b"\r\n\r\n"


@asynccontextmanager
async def shop(scheme: str) -> AsyncIterator[Wire]:
    context = None
    if scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("shop.test").configure_cert(context)
    async with talking(talk, tls=context) as wire:
        yield wire


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_an_allowed_page_works_in_all_its_parts(sandboxed_browser: Path, scheme: str) -> None:
    async with shop(scheme) as server:
        place = f"shop.test:{server.port}"
        async with guarded(sandboxed_browser, [place]) as (context, tally, _):
            page = await context.new_page()
            answer = await page.goto(f"{scheme}://{place}/")
            assert answer is not None
            assert answer.status == 200
            assert await page.evaluate("all()") == EXPECTED
            assert await page.frames[1].inner_text("p") == "framed"
            await page.evaluate("document.forms[0].submit()")
            await page.wait_for_selector("text=sent")
            counts = tally.counts()
            assert counts.refused == 0
            assert counts.requests > 2
            assert counts.received > 300_000 < counts.sent


async def test_a_context_without_a_password_gets_nothing(sandboxed_browser: Path) -> None:
    async with shop("http") as server:
        place = f"shop.test:{server.port}"
        async with guarded(sandboxed_browser, [place]) as (context, tally, proxy):
            assert context.browser is not None
            before, other = tally.counts(), await context.browser.new_context()
            await visit(other, f"http://{place}/")
            assert server.connections == 0
            assert proxy.strangers > 0
            assert tally.counts() == before


@pytest.mark.parametrize("start", ["file://", "view-source:file://"])
async def test_files_are_kept_back_by_their_scheme_because_nothing_else_does(
    sandboxed_browser: Path, start: str
) -> None:
    url = f"{start}/etc/passwd"
    async with guarded(sandboxed_browser, []) as (context, tally, _):
        page = await visit(context, url)
        assert "root:" in await page.inner_text("body"), "if ever Chromium itself refuses, so much the better"
        assert tally.refused == 0
    assert refusal(url) == "bad_url"


async def test_a_page_cannot_go_on_to_a_file(sandboxed_browser: Path) -> None:
    url = "file:///etc/passwd"
    async with shop("http") as server:
        place = f"shop.test:{server.port}"
        async with guarded(sandboxed_browser, [place]) as (context, _, _):
            page = await context.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            await page.goto(f"http://{place}/text")
            for attempt in ("document.body.append(frame)", "location = url", "window.open(url)"):
                said.clear()
                script = "frame = document.createElement('iframe'); frame.src = url"
                await page.evaluate(f"setTimeout(() => {{ url = '{url}'; {script}; {attempt} }})")
                await until(lambda: f"Not allowed to load local resource: {url}" in said)
            assert page.url == f"http://{place}/text"


async def test_without_the_proxy_a_page_is_the_same(sandboxed_browser: Path) -> None:
    async with shop("http") as server, chromium(sandboxed_browser) as browser:
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{server.port}/")
        assert await page.evaluate("all()") == EXPECTED
