"""Every record of every shelf of the demo shop is read right."""

import pytest

from scraper.document import Document
from scraper.selection.page_view import view_of
from scraper.selection.records import read_records
from scraper.selection.wanted import Field, Kind, Wanted
from tandem.demo import catalogue, goods, shelf_pages
from tandem.demo.goods import Product

HOST = "http://127.0.0.1:8000"
WANTED = Wanted(
    "product", (Field("title", Kind.TEXT), Field("price", Kind.MONEY), Field("url", Kind.URL)), many=True
)


def shown(product: Product) -> dict[str, object]:
    price = {"amount": goods.amount(product.price_cents), "currency": goods.CURRENCY}
    return {"title": product.name, "price": price, "url": HOST + product.path}


@pytest.mark.parametrize("slug", catalogue.shelves())
def test_every_product_of_a_shelf_is_read(slug: str) -> None:
    shelf = catalogue.shelves()[slug]
    found = []
    for number, path in enumerate(shelf_pages.pages_of(shelf), start=1):
        view = view_of(Document(shelf_pages.shelf_page(shelf, number)), HOST + path)
        found += [one.reading.data for one in read_records(view, WANTED)]
    assert found == [shown(one) for one in catalogue.on_shelf(slug)]


def test_the_table_of_makers_is_read_by_its_headings() -> None:
    names = (("maker", Kind.TEXT), ("country", Kind.TEXT), ("town", Kind.TEXT), ("since", Kind.INTEGER))
    wanted = Wanted("maker", tuple(Field(name, kind) for name, kind in names), many=True)
    found = read_records(view_of(Document(shelf_pages.brand_list()), HOST + "/brands"), wanted)
    assert [tuple(one.reading.data.values()) for one in found] == [
        (one.name, one.country, one.town, one.founded) for one in catalogue.brands().values()
    ]


def test_of_the_front_page_the_newest_products_are_read() -> None:
    found = read_records(view_of(Document(shelf_pages.home()), HOST + "/"), WANTED)
    newest = sorted(catalogue.products(), key=lambda product: (-product.since, product.sku))
    expected = [shown(one) for one in newest[: shelf_pages.NEWEST]]
    for one in expected:
        one["url"] = f"{one['url']}{shelf_pages.TRACKED}"
    assert [one.reading.data for one in found] == expected
