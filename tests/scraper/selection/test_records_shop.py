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
