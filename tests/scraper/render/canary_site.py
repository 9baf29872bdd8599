"""A page for every way in which a browser can be sent somewhere, and the canary that it is sent to.

Each way names a host of its own, `<way>.inside.test`, which leads to the loopback address. So the canary, and
the proxy that has to protect it, can tell which way it was.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from string import Template

from tests.scraper.render.wires import talking

SITE = "site.test"
SECURE = "localhost"  # the only host without TLS that may have a service worker
INSIDE = "inside.test"
REDIRECTS = (301, 302, 303, 307, 308)
CLICK = "<script>document.querySelector('a').click()</script>"

# What stands in the page; $url leads to the canary, $way is its own name.
MARKUP = {
    "img": '<img src="$url">',
    "srcset": '<img srcset="$url 1x">',
    "picture": '<picture><source srcset="$url"><img></picture>',
    "input-image": '<input type="image" src="$url">',
    "background": '<body background="$url">',
    "script": '<script src="$url"></script>',
    "module": '<script type="module" src="$url"></script>',
    "import": "<script>import('$url').catch(() => 0)</script>",
    "modulepreload": '<link rel="modulepreload" href="$url">',
    "css": '<link rel="stylesheet" href="$url">',
    "css-import": "<style>@import url($url);</style>",
    "css-image": "<style>body { background: url($url) }</style>",
    "font": "<style>@font-face { font-family: f; src: url($url) } p { font-family: f }</style><p>text</p>",
    "icon-image": '<link rel="icon" href="/empty"><svg><image href="$url"/></svg>',
    "iframe": '<iframe src="$url"></iframe>',
    "srcdoc": "<iframe srcdoc=\"<img src='$url'>\"></iframe>",
    "data-frame": "<iframe src=\"data:text/html,<img src='$url'>\"></iframe>",
    "object": '<object data="$url"></object>',
    "embed": '<embed src="$url">',
    "video": '<video src="$url" preload="auto"></video>',
    "poster": '<video poster="$url"></video>',
    "audio": '<audio src="$url" preload="auto"></audio>',
    "track": '<video src="/empty" crossorigin><track default src="$url" kind="subtitles"></video>'
    "<script>document.querySelector('track').track.mode = 'showing'</script>",
    "preload": '<link rel="preload" as="image" href="$url">',
    "prefetch": '<link rel="prefetch" href="$url">',
    "meta-refresh": '<meta http-equiv="refresh" content="0;url=$url">',
    "location": "<script>location = '$url'</script>",
    "click": f'<a href="$url">a</a>{CLICK}',
    "form-get": '<form action="$url"><input name="a"></form><script>document.forms[0].submit()</script>',
    "form-post": '<form action="$url" method="post"></form><script>document.forms[0].submit()</script>',
    "window-open": "<script>window.open('$url')</script>",
    "blank-target": f'<a href="$url" target="_blank">a</a>{CLICK}',
    "fetch": "<script>fetch('$url').catch(() => 0)</script>",
    "fetch-post": "<script>fetch('$url', {mode: 'no-cors', method: 'POST'}).catch(() => 0)</script>",
    "fetch-preflight": "<script>fetch('$url', {method: 'PUT'}).catch(() => 0)</script>",
    "fetch-redirect": "<script>fetch('/redirect/302/$way', {mode: 'no-cors'}).catch(() => 0)</script>",
    "xhr": "<script>x = new XMLHttpRequest(); x.open('GET', '$url'); x.send()</script>",
    "beacon": "<script>navigator.sendBeacon('$url', 'a')</script>",
    "keepalive": "<script>fetch('$url', {keepalive: true, mode: 'no-cors'}).catch(() => 0)</script>",
    "event-source": "<script>new EventSource('$url')</script>",
    "websocket": "<script>new WebSocket('$url'.replace('http', 'ws'))</script>",
    "secure-websocket": "<script>new WebSocket('$url'.replace('http', 'wss'))</script>",
    "https": '<img src="https://$place/">',
    "worker-fetch": "<script>new Worker('/worker.js?$url')</script>",
    "worker-import": "<script>new Worker('/importer.js?$url')</script>",
    "shared-worker": "<script>new SharedWorker('/worker.js?$url')</script>",
    "blob-worker": "<script>new Worker(URL.createObjectURL(new Blob([\"fetch('$url')\"])))</script>",
    "service-worker": "<script>navigator.serviceWorker.register('/worker.js?$url')</script>",
    "service-import": "<script>navigator.serviceWorker.register('/importer.js?$url')</script>",
    "ping": f'<a href="#a" ping="$url">a</a>{CLICK}',
    "base": '<base href="$url"><img src="a">',
}
# Nothing of these asks the proxy: the browser must not even try. They are sent where nothing holds it back.
SILENT = {
    "stun": "<script>connect({urls: 'stun:127.0.0.1:$port'})</script>",
    "turn": "<script>connect({urls: 'turn:127.0.0.1:$port', username: 'a', credential: 'b'})</script>",
    "ice-candidate": "<script>connect(undefined, '$port')</script>",
}
CONNECT = """<script>
async function connect(server, port) {
  const here = new RTCPeerConnection(server && {iceServers: [server]}), there = new RTCPeerConnection();
  here.onicegatheringstatechange = () => {
    if (here.iceGatheringState == "complete") document.title = "done";
  };
  here.createDataChannel("a");
  await here.setLocalDescription(await here.createOffer());
  await there.setRemoteDescription(here.localDescription);
  await there.setLocalDescription(await there.createAnswer());
  await here.setRemoteDescription(there.localDescription);
  if (port) await here.addIceCandidate({
    candidate: `candidate:1 1 udp 2122260223 127.0.0.1 ${port} typ host generation 0`, sdpMLineIndex: 0});
}
</script>"""
SCRIPTS = {
    "/worker.js": "fetch(decodeURIComponent(location.search.slice(1)), {mode: 'no-cors'}).catch(() => 0)",
    "/importer.js": "importScripts(decodeURIComponent(location.search.slice(1)))",
}
# Only a look at the browser itself shows whether it looks these names up.
NAMES = (
    '<link rel="dns-prefetch" href="//dns-prefetch.test"><link rel="preconnect" href="//preconnect.test">'
    '<img src="$url">'
)
OTHERS = ("seed", *(f"redirect-{code}" for code in REDIRECTS), "refresh-header", "link-header")
WAYS = (*MARKUP, *SILENT, *OTHERS)


@dataclass
class Canary:
    """A server inside, over TCP and UDP; nothing may ever come to it."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    packets: int = 0

    def was_hit(self, way: str) -> bool:
        if way in ("https", "secure-websocket"):
            return any(head.startswith(b"\x16") and way.encode() in head for head in self.heads)
        if way in ("stun", "turn", "ice-candidate"):
            return self.packets > 0
        return any(b"\r\nhost: " + f"{way}.{INSIDE}".encode() in head.lower() for head in self.heads)

    @property
    def is_untouched(self) -> bool:
        return not (self.connections or self.packets)


class _Packets(asyncio.DatagramProtocol):
    def __init__(self, canary: Canary) -> None:
        self._canary = canary

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._canary.packets += 1


@asynccontextmanager
async def inside() -> AsyncIterator[Canary]:
    """The canary, on the loopback address."""
    canary = Canary()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        canary.connections += 1
        while data := await reader.read(65536):
            canary.heads.append(data)
            allowed = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n"
            methods = b"Access-Control-Allow-Methods: *\r\n"
            writer.write(b"HTTP/1.1 200 OK\r\n" + allowed + methods + b"Content-Length: 0\r\n\r\n")

    async with talking(talk) as wire:
        canary.port = wire.port
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Packets(canary), local_addr=("127.0.0.1", wire.port)
        )
        try:
            yield canary
        finally:
            transport.close()


@dataclass
class Site:
    """The pages that send a browser to the canary; they themselves are allowed."""

    canary: int
    port: int = 0
    served: list[str] = field(default_factory=list)

    def url(self, way: str) -> str:
        """Where the browser is sent first."""
        if way == "seed":
            return f"http://seed.{INSIDE}:{self.canary}/"
        kind, _, code = way.partition("-")
        path = f"/redirect/{code}/{way}" if kind == "redirect" else f"/{way}"
        host = SECURE if way.startswith("service-") else SITE
        return f"http://{host}:{self.port}{path}"

    def answer(self, path: str) -> bytes:
        self.served.append(path)
        name, _, _ = path.partition("?")
        if name in SCRIPTS:
            return _message(SCRIPTS[name].encode(), "Content-Type: text/javascript")
        parts = name.split("/")
        if parts[1] == "redirect":
            return _message(b"", f"Location: {self._inside(parts[3])}", int(parts[2]))
        if parts[1] == "refresh-header":
            return _message(b"<p>a", f"Refresh: 0;url={self._inside('refresh-header')}")
        if parts[1] == "link-header":
            return _message(b"<p>a", f"Link: <{self._inside('link-header')}>; rel=preload; as=script")
        markup = (MARKUP | SILENT | {"names": NAMES}).get(parts[1], "")
        place = f"{parts[1]}.{INSIDE}:{self.canary}"
        text = Template(markup).substitute(
            url=f"http://{place}/", place=place, way=parts[1], port=self.canary
        )
        return _message((CONNECT * (parts[1] in SILENT) + "<!doctype html><p>here</p>" + text).encode())

    def _inside(self, way: str) -> str:
        return f"http://{way}.{INSIDE}:{self.canary}/"


def _message(body: bytes, field: str = "X: y", status: int = 200) -> bytes:
    kind = "" if field.startswith("Content-Type") else "Content-Type: text/html\r\n"
    head = f"HTTP/1.1 {status} Here\r\n{kind}{field}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def outside(canary: Canary, see: Callable[[str], None] = lambda path: None) -> AsyncIterator[Site]:
    """The site with all the ways."""
    site = Site(canary.port)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            see(path)
            writer.write(site.answer(path))

    async with talking(talk) as wire:
        site.port = wire.port
        yield site
