"""Serves a shop of which one page in ten says little without scripts: python -m benchmarks.mixed_site

Addresses do not tell which: all goods stand under /item/, whatever makes their pages. Of every page it is
known what stands on it. Kinds of goods, in what their raw pages hold:

- `plain`: everything, and no script
- `decorated`: everything, and scripts that draw a clock, a greeting and the number of those who look
- `state`: nothing for readers, and everything in JSON that the page's script starts from
- `inline`: nothing; a script of the page writes it
- `fetched`: nothing; a script asks an API for it
- `lazy`: the title, the price and a text; a script brings the rest
Shelves are lists that a script asks an API for: their goods are linked from nowhere else.
"""

import argparse
import asyncio
import json
import re

from benchmarks.server import Answer, Respond, answer, serve

FIELDS = {"title": "text", "price": "money", "sku": "text", "material": "text"}
MATERIALS = ("oak", "brass", "linen", "granite", "cork", "walnut")
NOUNS = ("Lamp", "Chair", "Kettle", "Mirror", "Basket", "Vase", "Clock", "Bench")
MADE_BY_SCRIPTS = frozenset({"inline", "fetched", "lazy", "shelf"})
PER_SHELF = 10
PER_LIST = 40
_ITEM = re.compile(r"/item/(\d+)")
_LIST = re.compile(r"/list/(\d+)")
_SHELF = re.compile(r"/shelf/(\d+)")
_API = re.compile(r"/api/item/(\d+)")
_API_SHELF = re.compile(r"/api/shelf/(\d+)")
_KINDS = {3: "inline", 13: "inline", 23: "fetched", 33: "fetched", 43: "lazy"}
_LIBRARY = """
document.addEventListener("DOMContentLoaded", async () => {
  const seen = document.createElement("small");
  const count = Date.now() % 90 + 2;
  seen.textContent = "It is " + new Date().toLocaleTimeString() + "; " + count + " look at this";
  document.querySelector("footer").append(seen);
  const text = (name, content) => Object.assign(document.createElement(name), {textContent: content});
  const row = (name, value) => {
    const line = document.createElement("tr");
    line.append(text("th", name), text("td", value));
    return line;
  };
  const view = document.getElementById("view"), more = document.getElementById("more");
  const shelf = document.getElementById("shelf"), data = document.getElementById("data");
  const full = (facts) => {
    const table = document.createElement("table");
    table.append(row("Price", facts.price), row("SKU", facts.sku), row("Material", facts.material));
    view.append(text("h1", facts.title), table, text("p", facts.text));
  };
  if (view && view.dataset.api) full(await (await fetch(view.dataset.api)).json());
  if (view && data) full(JSON.parse(data.textContent).item);
  if (more) {
    const facts = await (await fetch(more.dataset.api)).json();
    const table = document.createElement("table");
    table.append(row("SKU", facts.sku), row("Material", facts.material));
    more.append(text("h2", "Details"), table, text("p", facts.care));
  }
  if (shelf) for (const [href, title] of await (await fetch(shelf.dataset.api)).json()) {
    const item = document.createElement("li"), link = text("a", title);
    link.href = href;
    item.append(link);
    shelf.append(item);
  }
});
"""


def kind_of(number: int) -> str:
    """What makes the page of one thing."""
    known = _KINDS.get(number % 60)
    if known:
        return known
    return "state" if number % 10 == 5 else "decorated" if number % 2 else "plain"


def truth(number: int) -> dict[str, object]:
    """What a right reader reads on the page of one thing."""
    return {
        "title": f"{NOUNS[number % len(NOUNS)]} number {number} of the house",
        "price": {"amount": f"{10 + number % 83}.{number % 90 + 10}", "currency": "EUR"},
        "sku": f"MX-{number:05d}-{chr(65 + number % 26)}",
        "material": MATERIALS[number % len(MATERIALS)],
    }


def facts(number: int) -> dict[str, str]:
    """The same as pages write it, with the texts beside it."""
    told = truth(number)
    price = told["price"]
    assert isinstance(price, dict)
    words = " ".join(f"word{(number * 11 + place) % 700}" for place in range(60))
    return {
        "title": str(told["title"]),
        "price": f"{price['amount']} €",
        "sku": str(told["sku"]),
        "material": str(told["material"]),
        "text": f"It was made with care in the year {1900 + number % 120}, and serves well: {words}.",
        "care": f"Clean it with a dry cloth, and keep it {number % 40 + 3} cm away from any stove.",
    }


def _page(title: str, body: str, script: str = '<script src="/assets/shop.js"></script>') -> bytes:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{script}</head>"
        f'<body><header><a href="/">All goods</a></header>{body}'
        "<footer>House of goods, Quay 1, open from nine to six</footer></body></html>"
    ).encode()


def item(number: int) -> bytes:
    """The page of one thing, as it goes over the wire."""
    told, kind = facts(number), kind_of(number)
    rows = {
        name.upper() if name == "sku" else name.capitalize(): told[name]
        for name in ("price", "sku", "material")
    }
    table = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in rows.items())
    whole = f"<main><h1>{told['title']}</h1><table>{table}</table><p>{told['text']}</p></main>"
    match kind:
        case "plain":
            return _page(told["title"], whole, "")
        case "decorated":
            return _page(told["title"], whole)
        case "state":
            data = json.dumps({"item": {"name": told["title"], **told}, "build": "7c1"})
            held = f'<main id="view"></main><script id="data" type="application/json">{data}</script>'
            return _page(told["title"], held)
        case "inline":
            parts = json.dumps([told["title"], told["text"], *(f"{n}|{v}" for n, v in rows.items())])
            return _page("House of goods", f"<main id=main></main><script>{_WRITER}({parts})</script>")
        case "fetched":
            return _page("House of goods", f'<main id="view" data-api="/api/item/{number}"></main>')
        case _:
            short = f"<table><tr><th>Price</th><td>{told['price']}</td></tr></table>"
            place = f'<section id="more" data-api="/api/item/{number}"></section>'
            return _page(
                told["title"], f"<main><h1>{told['title']}</h1>{short}<p>{told['text']}</p>{place}</main>"
            )


_WRITER = """((parts) => {
  const main = document.getElementById("main"), [title, text, ...rows] = parts;
  const line = ([name, value]) => "<tr><th>" + name + "</th><td>" + value + "</td></tr>";
  const table = rows.map((one) => line(one.split("|"))).join("");
  main.innerHTML = "<h1>" + title + "</h1><table>" + table + "</table><p>" + text + "</p>";
  document.title = title;
})"""


class Plan:
    """Which pages there are: a start page, lists, shelves and goods, some thousand in all."""

    def __init__(self, pages: int) -> None:
        self.shelves = max(pages // 50, 1)
        self.lists = max(pages // PER_LIST, 1)
        self.items = pages - 1 - self.lists - self.shelves
        self.shelved = min(self.shelves * PER_SHELF, self.items // 2)  # the last ones

    def on_list(self, number: int) -> range:
        """The goods of a list."""
        open_ = self.items - self.shelved
        share = -(-open_ // self.lists)
        return range(number * share, min((number + 1) * share, open_))

    def on_shelf(self, number: int) -> range:
        """The goods of a shelf."""
        first = self.items - self.shelved + number * PER_SHELF
        return range(first, min(first + PER_SHELF, self.items))

    @property
    def made_by_scripts(self) -> int:
        """Pages that say less without scripts."""
        return self.shelves + sum(kind_of(number) in MADE_BY_SCRIPTS for number in range(self.items))


def _start(plan: Plan) -> bytes:
    lists = "".join(f'<li><a href="/list/{number}">List {number}</a></li>' for number in range(plan.lists))
    shelves = "".join(
        f'<li><a href="/shelf/{number}">Shelf {number}</a></li>' for number in range(plan.shelves)
    )
    words = "<p>Goods of all kinds stand on our lists, and on our shelves those that came in last.</p>" * 3
    return _page("House of goods", f"<main><h1>Goods</h1>{words}<ul>{lists}</ul><ul>{shelves}</ul></main>")


def _links(numbers: range) -> list[tuple[str, str]]:
    return [(f"/item/{number}", facts(number)["title"]) for number in numbers]


def _list(plan: Plan, number: int) -> bytes:
    links = "".join(f'<li><a href="{href}">{title}</a></li>' for href, title in _links(plan.on_list(number)))
    words = f"<p>This is list {number} of our goods, in the order in which they came to the house.</p>"
    return _page(f"List {number}", f"<main><h1>List {number}</h1>{words}<ul>{links}</ul></main>")


def _shelf(number: int) -> bytes:
    words = f"<p>What stands on shelf {number} came in last, and is shown as soon as it is unpacked.</p>"
    place = f'<ul id="shelf" data-api="/api/shelf/{number}"></ul>'
    return _page(f"Shelf {number}", f"<main><h1>Shelf {number}</h1>{words * 4}{place}</main>")


def respond_with(pages: int) -> Respond:
    """The answers of the whole shop."""
    plan = Plan(pages)
    nothing = answer(404, b"<h1>Not found</h1>")

    def body(path: str) -> bytes | None:
        if path == "/":
            return _start(plan)
        if path == "/assets/shop.js":
            return _LIBRARY.encode()
        if (found := _ITEM.fullmatch(path)) and int(found[1]) < plan.items:
            return item(int(found[1]))
        if (found := _LIST.fullmatch(path)) and int(found[1]) < plan.lists:
            return _list(plan, int(found[1]))
        if (found := _SHELF.fullmatch(path)) and int(found[1]) < plan.shelves:
            return _shelf(int(found[1]))
        if found := _API.fullmatch(path):
            return json.dumps(facts(int(found[1]))).encode()
        if found := _API_SHELF.fullmatch(path):
            return json.dumps(_links(plan.on_shelf(int(found[1])))).encode()
        return None

    def respond(path: str) -> Answer:
        content = body(path)
        return nothing if content is None else answer(body=content)

    return respond


def main() -> None:
    """Serves until told to stop; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mixed_site", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    options = parser.parse_args()
    asyncio.run(serve(respond_with(options.pages)))


if __name__ == "__main__":
    main()
