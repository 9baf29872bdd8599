"""A small site whose pages need someone to do something on them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

ITEMS = 100
_FRAME = "<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"

_LOAD_MORE = """<ul id="list"></ul><button id="more">More</button><script>
const list = document.getElementById("list"), more = document.getElementById("more");
let next = 0;
async function load() {
  more.disabled = true;
  const answer = await (await fetch("/api/items?from=" + next)).json();
  for (const name of answer.items) list.insertAdjacentHTML("beforeend", `<li class="item">${name}</li>`);
  next += answer.items.length;
  more.disabled = false;
  if (next >= TOTAL) more.remove();
}
more.onclick = load;
load();
</script>"""

_SCROLL = """<style>.item {height: 120px}</style><div id="list"></div><div id="end">…</div><script>
const list = document.getElementById("list");
let next = 0, busy = false;
async function load() {
  if (busy || next >= TOTAL) return;
  busy = true;
  const answer = await (await fetch("/api/items?total=TOTAL&from=" + next)).json();
  for (const name of answer.items) list.insertAdjacentHTML("beforeend", `<div class="item">${name}</div>`);
  next += answer.items.length;
  busy = false;
}
const watcher = new IntersectionObserver((seen) => { if (seen[0].isIntersecting) load(); });
watcher.observe(document.getElementById("end"));
setInterval(() => { document.title = new Date().toISOString(); }, 50);
</script>"""

_BOX = """<div id="box" style="height: 300px; overflow-y: auto"><div id="list"></div></div><script>
const box = document.getElementById("box"), list = document.getElementById("list");
let next = 0;
function load() {
  for (let i = 0; i < 10 && next < 40; i++)
    list.insertAdjacentHTML("beforeend", `<p class="item" style="height: 60px">Thing ${next++}</p>`);
}
box.onscroll = () => { if (box.scrollTop + box.clientHeight > box.scrollHeight - 10) load(); };
load();
</script>"""

_SEARCH = """<input id="q"><p id="count"></p><div id="found"></div><script>
q.onkeydown = async (event) => {
  if (event.key !== "Enter") return;
  const answer = await (await fetch("/api/search?q=" + encodeURIComponent(q.value))).json();
  found.innerHTML = answer.items.map((name) => `<p class="result">${name}</p>`).join("");
};
</script>"""

_SELECT = """<select id="size"><option value="1">S</option><option value="2">XL</option></select>
<p id="chosen">S</p><script>
size.onchange = () => { chosen.textContent = size.selectedOptions[0].label; };
</script>"""

_PAGER = """<ol id="rows"></ol><a href="#" class="next">Next</a><script>
let page = 0;
function show() {
  rows.innerHTML = [0, 1, 2].map((n) => `<li>Row ${"abcdefgh"[page]}${"xyz"[n]}</li>`).join("");
  if (page === 4) document.querySelector(".next").remove();
}
document.querySelector(".next").onclick = () => { page++; setTimeout(show, 150); return false; };
show();
</script>"""

_TRICKS = """<a id="popup" href="/plain" target="_blank">new window</a>
<a id="download" href="/file">a file</a>
<button id="dialog" onclick="this.textContent = confirm('sure?') ? 'yes' : 'no'">ask</button>
<a id="away" href="/slow">away</a>
<button id="later" onclick="setTimeout(() => { location.href = '/plain'; }, 50)">later</button>
<button id="blank" onclick="location.href = 'about:blank'">nowhere</button>
<a id="file" href="file:///etc/passwd">file</a>
<button id="hidden" style="display: none">hidden</button>
<button id="disabled" disabled>disabled</button>
<div style="position: relative"><button id="covered">covered</button>
<div style="position: absolute; inset: 0; background: red"></div></div>
<p id="text">words</p>
<button id="spin" onclick="while (true) {}">spin</button>"""

_ECHO = """<form action="/plain"><input id="word" name="word"></form><p id="echo"></p><script>
word.oninput = () => { word.setAttribute("value", word.value); echo.textContent = word.value;
  fetch("/api/echo?word=" + encodeURIComponent(word.value)); };
</script>"""

_CLOCK = """<button id="more">More</button><p id="clock"></p><script>
setInterval(() => { clock.textContent = new Date().toISOString(); }, 20);
</script>"""

_LYING = """<p class="item">one</p><button id="more">More</button><script>
let told = 0;
document.getElementsByTagName = () => ({ get length() { return told++; } });
Object.defineProperty(document.documentElement, "scrollHeight", { get: () => "x".repeat(9) });
</script>"""

_TALL = """<style>body {margin: 0}</style>
<div style="height: {height}px; background: linear-gradient(red, blue)"></div>"""

_JSON = """<p id="ready"></p><script>
(async () => {
  for (const path of PATHS) await fetch(path).then((answer) => answer.text()).catch(() => "");
  ready.textContent = "ready"; ready.className = "ready";
})();
</script>"""


class ActionSite:
    """Counts what was asked, and holds what the tests change."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""
        self.paths: list[str] = []  # that /json asks for

    async def items(self, request: web.Request) -> web.Response:
        total = int(request.query.get("total", ITEMS))
        start = int(request.query["from"])
        names = [f"Thing {n}" for n in range(start, min(start + 10, total))]
        return web.json_response({"items": names})

    async def page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        total = request.query.get("total", str(ITEMS))
        bodies = {
            "load-more": _LOAD_MORE.replace("TOTAL", total),
            "scroll": _SCROLL.replace("TOTAL", total),
            "box": _BOX,
            "search": _SEARCH,
            "select": _SELECT,
            "pager": _PAGER,
            "tricks": _TRICKS,
            "echo": _ECHO,
            "clock": _CLOCK,
            "lying": _LYING,
            "plain": "<h1>Plain</h1>",
            "pictures": "<h1>Pictures</h1><img src=/api/one.png><img src=/api/two><video src=/api/film>",
            "tall": _TALL.replace("{height}", request.query.get("height", "3000")),
            "json": _JSON.replace("PATHS", repr(self.paths)),
        }
        return web.Response(text=_FRAME.format(title=name, body=bodies[name]), content_type="text/html")

    async def slow(self, _request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)  # what a server takes to answer
        return web.Response(text="<h1>Arrived</h1>", content_type="text/html")

    async def answer(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        headers = {"Access-Control-Allow-Origin": "*"}
        if kind == "search":
            return web.json_response({"items": [f"{request.query['q']} {n}" for n in range(3)]})
        if kind == "large":
            return web.json_response(["x" * 100] * int(request.query["n"]), headers=headers)
        if kind == "gone":
            return web.json_response({}, status=404)
        if kind == "html":
            return web.Response(text="<p>no data</p>", content_type="text/html")
        if kind == "ld":
            return web.Response(text='{"a": 1}', content_type="application/ld+json", headers=headers)
        return web.json_response({"kind": kind, **request.query}, headers=headers)

    @staticmethod
    async def file(_request: web.Request) -> web.Response:
        headers = {"Content-Disposition": 'attachment; filename="a.bin"'}
        return web.Response(body=b"\0" * 100, headers=headers, content_type="application/octet-stream")


@asynccontextmanager
async def served() -> AsyncIterator[ActionSite]:
    """The site on a free port of loopback."""
    site = ActionSite()

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        site.asked.append(request.path_qs)
        return await handler(request)

    app = web.Application(middlewares=[note])
    app.router.add_get("/api/items", site.items)
    app.router.add_get("/api/{kind}", site.answer)
    app.router.add_post("/api/{kind}", site.answer)
    app.router.add_get("/slow", site.slow)
    app.router.add_get("/file", site.file)
    app.router.add_get("/{name}", site.page)
    runner = web.AppRunner(app)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()
