"""Pages of one made-up shop: optional rows, advertisements, class hashes, a new design, a hostile page."""

# ruff: noqa: E501 - the long lines are markup

import hashlib
import random
from dataclasses import dataclass

from scraper.selection.wanted import Field, Kind, Wanted

WANTED = Wanted(
    "product",
    (
        Field("title", Kind.TEXT),
        Field("price", Kind.MONEY),
        Field("upc", Kind.TEXT),
        Field("stock", Kind.INTEGER),
        Field("brand", Kind.TEXT),
        Field("released", Kind.DATE),
        Field("image", Kind.IMAGE),
    ),
)
_WORDS = (
    "silent",
    "harbour",
    "copper",
    "lantern",
    "winding",
    "stair",
    "paper",
    "moon",
    "hidden",
    "orchard",
    "amber",
)
_BRANDS = ("Northwind", "Contoso", "Fabrikam", "Tailspin")
_FILLER = ("Made", "to", "last", "and", "easy", "to", "mend", "by", "whoever", "owns", "it")


@dataclass(frozen=True)
class MadePage:
    """One page with what is true of it, and the CSS of the elements that say so (an attribute behind a blank)."""

    url: str
    html: str
    truth: dict[str, object]
    places: dict[str, str]

    @property
    def body(self) -> bytes:
        return hashlib.blake2b(self.html.encode(), digest_size=16).digest()


def page(number: int, *, design: int = 1, with_brand: bool | None = None) -> MadePage:
    """The page of product `number`; equal numbers give equal pages."""
    chance = random.Random(number)
    title = " ".join(chance.sample(_WORDS, 3)).title()
    cents = chance.randint(199, 99_999)
    day = f"{chance.randint(2001, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    has_brand = chance.random() < 0.7 if with_brand is None else with_brand
    facts = {
        "title": title,
        "price": {"amount": f"{cents // 100}.{cents % 100:02}", "currency": "GBP"},
        "upc": "".join(chance.choices("0123456789abcdef", k=12)),
        "stock": chance.randint(1, 90),
        "released": day,
        "image": f"http://shop.example/media/{number}.jpg",
    }
    if has_brand:
        facts["brand"] = chance.choice(_BRANDS)
    made = _first_design if design == 1 else _second_design
    html, places = made(chance, facts, number)
    places = {name: css for name, css in places.items() if name in facts}
    return MadePage(f"http://shop.example/catalogue/{_slug(title)}_{number}", html, facts, places)


def _first_design(chance: random.Random, facts: dict, number: int) -> tuple[str, dict[str, str]]:
    rows = [("UPC", facts["upc"]), ("Released", facts["released"]), ("Weight", f"{chance.randint(1, 40)} kg")]
    if "brand" in facts:
        rows.insert(chance.randint(0, 2), ("Brand", facts["brand"]))
    if chance.random() < 0.5:
        rows.insert(chance.randint(0, 2), ("Discount", f"{chance.randint(5, 40)}%"))
    table = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows)
    places = {
        name: f"tr:nth-of-type({place}) td"
        for place, (label, _) in enumerate(rows, 1)
        if (name := label.lower()) in facts
    }
    before = "<div class='sale'><b>Sale!</b> All week</div>" if chance.random() < 0.3 else ""
    ad = "<div class='ad'><p>Buy <b>£1.99</b> soap</p></div>" if chance.random() < 0.4 else ""
    hashed = f"css-{chance.randint(10**6, 10**7)}"
    html = f"""<!doctype html><html lang="en-GB"><head><title>{facts["title"]} | Shop</title></head><body>
<header class="page-header"><nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/all">All</a></li></ul></nav></header>
<div class="page {hashed}">{before}<div class="row"><aside class="sidebar"><ul class="categories">{_links(6)}</ul></aside>
<article class="product">{ad}<div class="gallery"><img class="main" src="/media/{number}.jpg" alt=""></div>
<div class="summary {hashed}"><h1 class="name">{facts["title"]}</h1><p class="price">£{facts["price"]["amount"]}</p>
<p class="stock"><i class="icon"></i> In stock ({facts["stock"]} available)</p>
<form action="/basket"><label for="n">Quantity</label><input id="n" name="n" value="1"><button>Add</button></form></div>
<table class="details"><tbody>{table}</tbody></table><div class="text">{_text(chance)}</div></article></div>
{_related(chance)}</div><footer class="page-footer"><p>Call 020 7946 0000</p></footer></body></html>"""
    return html, {
        "title": "h1",
        "price": ".summary .price",
        "stock": ".stock",
        "image": "img.main src",
    } | places


def _second_design(chance: random.Random, facts: dict, number: int) -> tuple[str, dict[str, str]]:
    """The words stay, the markup around them is all new."""
    rows = [("UPC:", facts["upc"]), ("Released:", facts["released"])]
    if "brand" in facts:
        rows.append(("Brand:", facts["brand"]))
    listed = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows)
    places = {
        name: f"dd:nth-of-type({place})"
        for place, (label, _) in enumerate(rows, 1)
        if (name := label.lower().rstrip(":")) in facts
    }
    html = f"""<!doctype html><html lang="en-GB"><head><title>{facts["title"]} | Shop</title></head><body>
<div id="top"><a href="/">Home</a></div><main class="view"><section class="hero"><figure><img class="large" src="/media/{number}.jpg"></figure>
<div class="buy-box"><h2 class="heading">{facts["title"]}</h2><div class="amount"><span>£{facts["price"]["amount"]}</span></div>
<div class="availability">In stock ({facts["stock"]} available)</div></div></section>
<section class="facts"><dl>{listed}</dl></section><section class="copy">{_text(chance)}</section></main>{_related(chance)}
<div id="bottom">Shop</div></body></html>"""
    return html, {
        "title": "h2.heading",
        "price": ".amount span",
        "stock": ".availability",
        "image": "img.large src",
    } | places


def _links(count: int) -> str:
    return "".join(f'<li><a href="/c/{number}">Category {number}</a></li>' for number in range(count))


def _text(chance: random.Random) -> str:
    return "".join(f"<p>{' '.join(chance.choices(_FILLER, k=20))}.</p>" for _ in range(chance.randint(1, 4)))


def _related(chance: random.Random) -> str:
    cards = "".join(
        f'<li class="card"><h3><a href="/p/{n}">Other {n}</a></h3><p class="price">£{chance.randint(2, 90)}.50</p></li>'
        for n in range(chance.randint(0, 5))
    )
    return (
        f'<section class="related"><h2>Related</h2><ul class="cards">{cards}</ul></section>' if cards else ""
    )


def _slug(title: str) -> str:
    return title.lower().replace(" ", "-")
