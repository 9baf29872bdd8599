"""The records of a list are read field by field, each field decided once for all of them."""

import io
import json
from typing import Any

import pytest

from scraper.document import Document
from scraper.selection.batch import run
from scraper.selection.found import Value
from scraper.selection.groups import record_groups
from scraper.selection.page_view import PageView, view_of
from scraper.selection.records import ListReading, read_list, read_records
from scraper.selection.records_about import is_list_of
from scraper.selection.records_rows import rows_of
from scraper.selection.wanted import Field, Kind, Wanted

URL = "http://shop.test/list/"
PRODUCT = Wanted(
    "product",
    (
        Field("title", Kind.TEXT),
        Field("price", Kind.MONEY),
        Field("url", Kind.URL),
        Field("image", Kind.IMAGE),
    ),
    many=True,
)


def view(body: str) -> PageView:
    return view_of(Document(f"<html lang=en><body>{body}</body></html>"), URL)


def read(body: str, wanted: Wanted = PRODUCT) -> list[dict[str, Any]]:
    return [one.reading.data for one in read_records(view(body), wanted)]


def wish(*fields: Field, record: str = "thing") -> Wanted:
    return Wanted(record, fields, many=True)


def text(name: str) -> Field:
    return Field(name, Kind.TEXT)


def money(amount: str, currency: str | None = "EUR") -> dict[str, str | None]:
    return {"amount": amount, "currency": currency}


def product(name: str, price: str, was: str = "", badge: str = "") -> str:
    old = f"<del>€{was}</del> " if was else ""
    return (
        f'<li class="card">{badge}<a href="/p/{name}?x=1"><img src="/i/{name}.png" alt=""></a>'
        f'<h3><a href="/p/{name}">The {name}</a></h3><p class="soft">4.5 of 5, blue, 300 g</p>'
        f'<p class="price">{old}€{price}</p></li>'
    )


def row(name: str, price: str) -> dict[str, Any]:
    return {
        "title": f"The {name}",
        "price": money(price),
        "url": f"http://shop.test/p/{name}",
        "image": f"http://shop.test/i/{name}.png",
    }


MENU = (
    "<nav><ul><li><a href=/a>All</a></li><li><a href=/b>New</a></li><li><a href=/c>Sale</a></li></ul></nav>"
)


def shelf(*cards: str) -> str:
    return f'{MENU}<h1>Lamps</h1><ul class="grid">{"".join(cards)}</ul><footer><p>€5 shipping</p></footer>'


def test_cards_give_title_price_link_and_picture() -> None:
    cards = (
        product("lamp", "12.00", was="15.00"),
        product("tent", "9.50", badge="<b>new</b>"),
        product("rope", "3.00"),
    )
    assert read(shelf(*cards)) == [row("lamp", "12.00"), row("tent", "9.50"), row("rope", "3.00")]


def test_every_value_says_where_it_stands() -> None:
    first = read_records(view(shelf(product("lamp", "12.00"), product("tent", "9.50"))), PRODUCT)[0]
    price = first.reading.values["price"]
    assert isinstance(price, Value)
    assert price.source.path == "/html[1]/body[1]/ul[1]/li[1]/p[2]"
    assert (price.source.start, price.source.end, price.source.text) == (0, 6, "€12.00")
    assert 0.6 < price.confidence <= 1


def test_what_only_looks_like_a_record_is_none() -> None:
    banner = '<li class="card"><h3><a href="/sale">Big sale</a></h3></li>'
    cards = [product(name, "1.00") for name in ("a1", "b2", "c3", "d4", "e5")]
    assert [one["url"][-2:] for one in read(shelf(*cards[:2], banner, *cards[2:]))] == [
        "a1",
        "b2",
        "c3",
        "d4",
        "e5",
    ]


TABLE = (
    "<table><thead><tr><th>Maker</th><th>Country</th><th>Founded</th></tr></thead><tbody>"
    "<tr><td><a href=/m/1>Ahorn</a></td><td>Norway</td><td>1931</td></tr>"
    "<tr><td><a href=/m/2>Birke</a></td><td>Austria</td><td>1998</td></tr>"
    "<tr><td><a href=/m/3>Tanne</a></td><td>Austria</td><td>2003</td></tr></tbody></table>"
)


def test_headings_of_a_table_name_its_columns() -> None:
    wanted = wish(text("maker"), text("country"), Field("founded", Kind.INTEGER))
    assert read(TABLE, wanted) == [
        {"maker": "Ahorn", "country": "Norway", "founded": 1931},
        {"maker": "Birke", "country": "Austria", "founded": 1998},
        {"maker": "Tanne", "country": "Austria", "founded": 2003},
    ]


def labelled(name: str, *facts: tuple[str, str]) -> str:
    lines = "".join(f"<div><span>{label}:</span> <span>{value}</span></div>" for label, value in facts)
    return f"<article><h2>{name}</h2>{lines}</article>"


def test_labels_find_a_field_wherever_it_stands() -> None:
    body = (
        labelled("one", ("Author", "Ann"), ("Publisher", "Fox"))
        + labelled("two", ("Publisher", "Owl"), ("Author", "Bob"))
        + labelled("three", ("Pages", "300"), ("Publisher", "Elk"), ("Author", "Cid"))
    )
    found = read(body, wish(text("title"), text("author"), text("publisher")))
    assert [tuple(one.values()) for one in found] == [
        ("one", "Ann", "Fox"),
        ("two", "Bob", "Owl"),
        ("three", "Cid", "Elk"),
    ]


def test_a_list_inside_a_record_fills_a_field_with_many_values() -> None:
    recipe = '<article><h2><a href="/{0}">{0}</a></h2><ul class="ingredients">{1}</ul></article>'
    body = recipe.format("soup", "<li>salt</li><li>water</li>") + recipe.format(
        "bread", "<li>flour</li><li>water</li><li>yeast</li>"
    )
    wanted = wish(text("title"), Field("ingredients", Kind.TEXT, many=True), record="recipe")
    assert read(body, wanted) == [
        {"title": "soup", "ingredients": ["salt", "water"]},
        {"title": "bread", "ingredients": ["flour", "water", "yeast"]},
    ]


def test_records_of_several_nodes_are_read_whole() -> None:
    body = "".join(
        f'<dt><a href="/{name}">{name}</a></dt><dd>about</dd><dd class="price">€{price}</dd>'
        for name, price in (("one", 1), ("two", 2), ("three", 3))
    )
    found = read(f"<dl>{body}</dl>", wish(text("title"), Field("price", Kind.MONEY)))
    assert [(one["title"], one["price"]["amount"]) for one in found] == [
        ("one", "1"),
        ("two", "2"),
        ("three", "3"),
    ]


def item(name: str, sku: str, price: str) -> dict[str, Any]:
    offers = {"price": price, "priceCurrency": "EUR"}
    return {"@type": "Product", "name": f"The {name}", "url": f"/p/{name}", "sku": sku, "offers": offers}


_THINGS = [item("lamp", "L-100", "12.00"), item("tent", "T-200", "9.50")]
_LIST = [{"@type": "ListItem", "position": n, "item": one} for n, one in enumerate(_THINGS, 1)]
_JSON = json.dumps({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": _LIST})
ITEMS = f'<script type="application/ld+json">{_JSON}</script>'


def test_what_only_machines_are_told_joins_the_record_it_is_about() -> None:
    wanted = wish(text("title"), text("sku"), record="product")
    body = shelf(product("tent", "9.50"), product("lamp", "12.00"), product("rope", "3.00")) + ITEMS
    assert read(body, wanted) == [
        {"title": "The tent", "sku": "T-200"},
        {"title": "The lamp", "sku": "L-100"},
        {"title": "The rope"},
    ]


def test_a_list_that_only_machines_see_is_read_from_there() -> None:
    assert read(f"<h1>Shop</h1><div id=app></div>{ITEMS}") == [
        {"title": "The lamp", "price": money("12.00"), "url": "http://shop.test/p/lamp"},
        {"title": "The tent", "price": money("9.50"), "url": "http://shop.test/p/tent"},
    ]


def test_lines_that_found_the_records_elsewhere_find_a_single_one() -> None:
    first = view(shelf(product("lamp", "12.00"), product("tent", "9.50"), product("rope", "3.00")))
    lines = rows_of(first.outline, record_groups(first.outline)[0].records)
    last = read_list(view(shelf(product("axe", "7.00"))), PRODUCT, lines)
    assert [one.reading.data for one in last.records] == [row("axe", "7.00")]
    assert last.rows in lines


@pytest.mark.parametrize(
    "body", ["", "<h1>About us</h1><p>We like lamps.</p>", f"{MENU}<p>Nothing found.</p>"]
)
def test_a_page_without_such_a_list_has_no_records(body: str) -> None:
    required = wish(Field("title", Kind.TEXT, required=True), Field("price", Kind.MONEY, required=True))
    assert read(body, required) == []


def test_a_record_without_a_required_field_is_none() -> None:
    wanted = wish(text("title"), Field("price", Kind.MONEY, required=True))
    cards = (
        product("lamp", "12.00"),
        product("tent", "9.50"),
        '<li class="card"><h3><a href="/x">The x</a></h3></li>',
    )
    assert [one["title"] for one in read(shelf(*cards), wanted)] == ["The lamp", "The tent"]


def doubtful() -> ListReading:
    body = "".join(
        f"<li class=card><h3><a href=/{n}>word {n}</a></h3><span>left {n}</span><i>right {n}</i></li>"
        for n in "abc"
    )
    return read_list(view(f"<ul>{body}</ul>"), wish(text("title"), text("origin")))


def test_a_field_that_nothing_names_is_asked_about_once() -> None:
    found = doubtful()
    assert found.undecided == {"origin"}
    shown = [one.value.value for one in found.considered["origin"]]
    assert {"left a", "right a"} <= set(shown)
    assert [one.id for one in found.considered["origin"]] == list(range(1, len(shown) + 1))
    assert all("origin" not in one.reading.data for one in found.records)


def test_a_batch_reads_every_record_of_a_list() -> None:
    html = f"<html><body>{shelf(product('lamp', '12.00'), product('tent', '9.50'))}</body></html>"
    answers = io.StringIO()
    run([json.dumps({"id": 1, "url": URL, "html": html})], answers, (PRODUCT,))
    assert json.loads(answers.getvalue())["records"] == [row("lamp", "12.00"), row("tent", "9.50")]


LINKS = "".join(f"<li><a href=/{name}>Our {name} shoes</a></li>" for name in ("new", "red", "old"))
BOOTS = "<main><h1>Boots</h1><p>€5</p>" + "<p>Made by hand of one piece of leather.</p>" * 9 + "</main>"
SHELF = shelf(product("lamp", "12.00"), product("tent", "9.50"))


@pytest.mark.parametrize(
    ("body", "is_list"),
    [
        (SHELF, True),
        (f"<ul>{LINKS}</ul>", False),
        (f"{BOOTS}<aside>{SHELF}</aside>", False),
        (f"{BOOTS}<section class=related-products>{SHELF}</section>", False),
        ("<h1>Boots</h1><p>€5</p>", False),
    ],
    ids=["a shelf", "links only", "side column", "related products", "one product"],
)
def test_a_page_that_nobody_named_holds_a_list_only_where_more_than_links_are_found(
    body: str, is_list: bool
) -> None:
    page = view(body)
    assert is_list_of(page, read_list(page, PRODUCT), PRODUCT) is is_list


TITLES = {
    "a heading in pieces": ("<h2><i>Red</i> <i>lamp</i> <i>{0}</i></h2><b>new</b>", "Red lamp {0}"),
    "a picture's words": ("<a href=/{0}><img src=/{0}.png alt='Lamp {0}'></a>", "Lamp {0}"),
    "a name in the markup": ("<b>Sale {0}</b><span class=product-name>Lamp {0}</span>", "Lamp {0}"),
    "not the maker": ("<h4 class=brand-name>Maker {0}</h4><a class=name href=/{0}>Lamp {0}</a>", "Lamp {0}"),
}  # fmt: skip


@pytest.mark.parametrize("how", TITLES)
def test_the_title_of_a_record_is_what_a_reader_takes_for_it(how: str) -> None:
    markup, title = TITLES[how]
    body = "".join(f"<li class=card>{markup.format(n)}<i>€{n}.50</i></li>" for n in (11, 22, 33, 44))
    found = read(f"<ul>{body}</ul>", wish(text("title"), Field("price", Kind.MONEY), record="product"))
    assert [one.get("title") for one in found] == [title.format(n) for n in (11, 22, 33, 44)]


def test_a_word_is_no_address() -> None:
    body = "".join(
        f"<li class=card><h3>Lamp {n}</h3><span class=url>blue</span><i>€{n}</i></li>" for n in (1, 2, 3)
    )
    assert all("url" not in one for one in read(f"<ul>{body}</ul>"))


def half(*rows: str, head: str) -> str:
    body = "".join(f"<tr>{one}</tr>" for one in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def test_tables_whose_first_column_stands_still_are_read_as_one() -> None:
    teams = ("Owls", "Elks", "Foxes", "Hares")
    still = half(*(f"<td><a href=/t/{one}>{one}</a></td>" for one in teams), head="<th>Team</th>")
    moving = half(
        *(f"<td>{n}0</td><td>{n}</td><td>.{n}00</td>" for n, _ in enumerate(teams, 1)),
        head="<th>Won</th><th>Lost</th><th>Share</th>",
    )
    body = f"<section><div><div>{still}</div><div class=scroll><div>{moving}</div></div></div></section>"
    found = read(body, wish(text("team"), Field("won", Kind.INTEGER), Field("lost", Kind.INTEGER)))
    assert [tuple(one.values()) for one in found] == [
        ("Owls", 10, 1),
        ("Elks", 20, 2),
        ("Foxes", 30, 3),
        ("Hares", 40, 4),
    ]


def test_the_copies_that_a_carousel_makes_of_its_slides_are_no_records() -> None:
    slides = [product(name, "1.00") for name in ("lamp", "tent", "rope")]
    copies = [one.replace('class="card"', 'class="card slide--clone"') for one in (slides[2], slides[0])]
    assert [one["title"] for one in read(shelf(copies[0], *slides, copies[1]))] == [
        "The lamp",
        "The tent",
        "The rope",
    ]
