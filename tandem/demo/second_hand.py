"""A corner of the shop that only a browser sees: second-hand things, more of them with every click."""

import json
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from tandem.demo import catalogue, goods
from tandem.demo.answer import OPENED, Answer, html
from tandem.demo.frame import page

PATH = "/second-hand"
ITEMS = f"{PATH}/items"
COUNT = 60
PER_ANSWER = 12
ANY = "Any condition"
CONDITIONS = ("Like new", "Worn in", "Mended")
_STEP = 6  # every so many products of the catalogue one came back
_SCRIPT = """
const list = document.getElementById("things"), more = document.getElementById("more");
const condition = document.getElementById("condition");
async function load() {
  more.disabled = true;
  const asked = new URLSearchParams({ from: list.children.length });
  if (condition.selectedIndex) asked.set("condition", condition.value);
  const answer = await (await fetch("ITEMS?" + asked)).json();
  for (const thing of answer.things) {
    const item = document.createElement("li"), name = document.createElement("h3");
    const state = document.createElement("p"), price = document.createElement("p");
    item.className = "tile thing";
    state.className = "soft condition";
    price.className = "price";
    name.textContent = thing.title;
    state.textContent = thing.condition;
    price.textContent = thing.price;
    item.append(name, state, price);
    list.append(item);
  }
  more.disabled = false;
  more.hidden = list.children.length >= answer.count;
}
more.onclick = load;
condition.onchange = () => { list.replaceChildren(); load(); };
load();
"""


class Thing(NamedTuple):
    """Something that came back to the shop."""

    title: str
    condition: str
    price: str


def answer(path: str) -> Answer | None:
    """The page, or the things that it asks for; None for any other path."""
    place, _, query = path.partition("?")
    if place == PATH and not query:
        return html(_page())
    return _things(query) if place == ITEMS else None


@cache
def things() -> tuple[Thing, ...]:
    """All of them, as the list shows them one after the other."""
    return tuple(_came_back())


def _came_back() -> Iterator[Thing]:
    for number, product in enumerate(catalogue.products()[::_STEP][:COUNT]):
        condition = CONDITIONS[number % len(CONDITIONS)]
        yield Thing(product.name, condition, goods.money(product.price_cents // 2))


def _page() -> str:
    options = "".join(f"<option>{name}</option>" for name in (ANY, *CONDITIONS))
    body = (
        "<h1>Second-hand</h1>\n<p>What came back, washed and mended.</p>\n"
        f'<p><label>Condition <select id="condition">{options}</select></label></p>\n'
        '<ul class="grid" id="things"></ul>\n<p><button id="more" hidden>Show more</button></p>\n'
        f"<script>{_SCRIPT.replace('ITEMS', ITEMS)}</script>"
    )
    return page("Second-hand", body)


def _things(query: str) -> Answer:
    asked = dict(parse_qsl(query))
    wanted = asked.get("condition", "")
    found = [thing for thing in things() if wanted in {"", thing.condition}]
    start = int(asked["from"]) if asked.get("from", "").isdecimal() else 0
    shown = [thing._asdict() for thing in found[start : start + PER_ANSWER]]
    body = json.dumps({"count": len(found), "things": shown}, ensure_ascii=False)
    return Answer(body.encode(), content_type="application/json", modified=OPENED)
