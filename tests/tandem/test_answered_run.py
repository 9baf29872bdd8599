"""Whole runs over pages whose data comes from an API, through the command and with a real Chromium."""

import json
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

import storage
from tandem.__main__ import enter
from tests.tandem.changing_site import ChangingSite, Content

ITEMS = 40
FIELDS = {"title": "text", "price": "money", "sku": "text", "material": "text"}
MATERIALS = ("oak", "brass", "linen", "granite", "cork", "walnut")
RECORDS = "SELECT url, data::VARCHAR AS data FROM records WHERE run = (SELECT max(run) FROM pages)"
RENDERINGS = "SELECT url, why, outcome FROM renderings WHERE run = (SELECT max(run) FROM pages)"
LATER = """SELECT outcome FROM pages WHERE run > (SELECT min(run) FROM pages)
 AND url LIKE '%/item/%' AND reason <> 'captured'"""
JSON = (("Content-Type", "application/json"),)
SHELL = """<!doctype html><html lang="en"><head><title>House of goods</title></head><body>
<div id="root"></div><script>
const number = location.pathname.split("/").pop();
const cell = (name, text) => Object.assign(document.createElement(name), {textContent: text});
const row = (name, value) => {
  const line = document.createElement("tr"); line.append(cell("th", name), cell("td", value)); return line;
};
fetch("/api/item/" + number + "?lang=en").then((answer) => answer.json()).then((item) => {
  const table = document.createElement("table");
  table.append(row("Price", item.price), row("SKU", item.sku), row("Material", item.material));
  root.append(cell("h1", item.title), table, cell("p", item.text));
});
fetch("/api/menu").then((answer) => answer.json());
</script></body></html>"""


def facts(number: int) -> dict[str, str]:
    words = " ".join(f"word{(number * 11 + place) % 700}" for place in range(50))
    return {
        "title": f"Lamp number {number} of the house",
        "price": f"{10 + number}.{number % 90 + 10} €",
        "sku": f"MX-{number:05d}-{chr(65 + number % 26)}",
        "material": MATERIALS[number % len(MATERIALS)],
        "text": f"It was made with care in the year {1900 + number}, and serves well: {words}.",
    }


def truth(number: int) -> dict[str, Any]:
    told = facts(number)
    price = {"amount": told["price"].partition(" ")[0], "currency": "EUR"}
    return {"title": told["title"], "price": price, "sku": told["sku"], "material": told["material"]}


class Shop(ChangingSite):
    """Goods whose pages are one shell; of the API's answers only the first `lasts` are answers."""

    lasts = 10_000

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        given = sum(path.startswith("/api/item/") for path, _, _ in self.asked)
        if path.startswith("/api/item/") and given >= self.lasts and "json" in request.headers["Accept"]:
            self.pages[request.path] = Content(b'{"error": "use the new API"}', 410, JSON)
        elif path.startswith("/api/item/"):
            item = {"id": int(path.rpartition("/")[2])} | facts(int(path.rpartition("/")[2]))
            self.pages[request.path] = Content(json.dumps(item).encode(), headers=JSON)
        super().answer(request)

    @property
    def api(self) -> Counter[str]:
        return Counter(path for path, _, _ in self.asked if path.startswith("/api/item/"))


@pytest.fixture
def shop(sandboxed_browser: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("TANDEM_BROWSER", str(sandboxed_browser))
    links = " ".join(f'<a href="/item/{number}">Lamp {number}</a>' for number in range(ITEMS))
    pages = {f"/item/{number}": Content(SHELL.encode()) for number in range(ITEMS)}
    menu = Content(b'{"menu": ["lamps", "chairs"]}', headers=JSON)
    with Shop({"/": Content(links.encode()), "/api/menu": menu} | pages) as shop:
        yield shop


def crawled(shop: Shop, tmp_path: Path) -> list[dict[str, Any]]:
    """The renderings of a run that finds all facts."""
    job = {
        "name": "answered",
        "seeds": [shop.url],
        "crawl": {"delay": 0, "sitemaps": False, "allow_private_hosts": ["127.0.0.1"]},
        "select": [{"record": "thing", "match": "/item/*", "fields": FIELDS}],
        "models": {"profile": "none"},
        "progress": {"broker": "off"},
    }
    path, workspace = tmp_path / "job.yaml", tmp_path / "ws"
    path.write_text(json.dumps(job))
    assert enter(["run", str(path), "--workspace", str(workspace), "--no-analysis"]) == 0
    found = {int(row["url"].rpartition("/")[2]): json.loads(row["data"]) for row in rows(workspace, RECORDS)}
    assert found == {number: truth(number) for number in range(ITEMS)}
    return rows(workspace, RENDERINGS)


def rows(workspace: Path, sql: str) -> list[dict[str, Any]]:
    with storage.open(workspace) as store:
        return store.sql(sql)


@pytest.mark.browser
def test_pages_whose_data_an_api_holds_are_answered_by_it(shop: Shop, tmp_path: Path) -> None:
    whys = Counter(row["why"] for row in crawled(shop, tmp_path))
    assert whys.total() == ITEMS
    assert ITEMS - whys["answered"] < 0.15 * ITEMS
    assert shop.api == {f"/api/item/{number}?lang=en": 1 for number in range(ITEMS)}
    kept = rows(
        tmp_path / "ws", "SELECT url, reason, status FROM pages WHERE url LIKE '%/api/%' ORDER BY visit"
    )
    assert len(kept) == whys["answered"]
    assert {(row["reason"], row["status"]) for row in kept} == {("captured", 200)}
    goods = "SELECT title, text FROM pages WHERE reason = 'ok' AND url LIKE '%/item/%'"
    told = rows(tmp_path / "ws", goods)
    assert sum(row["title"].startswith("Lamp number") for row in told) >= whys["answered"]
    assert all("serves well: word" in row["text"] for row in told)


@pytest.mark.browser
def test_pages_that_answers_stand_for_are_unchanged_when_a_job_runs_again(shop: Shop, tmp_path: Path) -> None:
    first = Counter(row["why"] for row in crawled(shop, tmp_path))
    for _ in range(2):
        crawled(shop, tmp_path)
    outcomes = Counter(row["outcome"] for row in rows(tmp_path / "ws", LATER))
    assert outcomes.total() == 2 * ITEMS
    # what was shown at first is read in its answer later, and stands from then on
    assert outcomes["fetched"] <= ITEMS - first["answered"] < 0.15 * ITEMS


@pytest.mark.browser
def test_pages_are_shown_again_when_the_api_breaks(shop: Shop, tmp_path: Path) -> None:
    shop.lasts = ITEMS // 2
    whys = Counter(row["why"] for row in crawled(shop, tmp_path))
    assert whys["answered"] > ITEMS // 4
    assert whys["learned"] + whys["check"] + whys["trial"] > ITEMS // 3


@pytest.mark.browser
def test_an_api_that_robots_txt_forbids_is_asked_by_the_pages_alone(shop: Shop, tmp_path: Path) -> None:
    shop.pages["/robots.txt"] = Content(
        b"User-agent: *\nDisallow: /api/\n", headers=(("Content-Type", "text/plain"),)
    )
    whys = Counter(row["why"] for row in crawled(shop, tmp_path))
    assert whys["answered"] == 0
    assert whys.total() == ITEMS
    assert shop.api == {f"/api/item/{number}?lang=en": 1 for number in range(ITEMS)}  # by each page shown
