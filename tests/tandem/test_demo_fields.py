"""Every field of every product of the demo shop is read right, with no model and nothing learned."""

from collections import Counter

import pytest

from scraper.document import Document
from scraper.selection.page_view import view_of
from scraper.selection.read import read_record
from scraper.selection.wanted import Field, Kind, Wanted
from tandem.demo import product_page, truth
from tandem.demo.product_page import Markup

FIELDS = {
    "title": Kind.TEXT,
    "price": Kind.MONEY,
    "price_excl_tax": Kind.MONEY,
    "upc": Kind.TEXT,
    "sku": Kind.TEXT,
    "brand": Kind.TEXT,
    "country": Kind.TEXT,
    "available": Kind.BOOLEAN,
    "stock": Kind.INTEGER,
    "rating": Kind.TEXT,
    "reviews": Kind.INTEGER,
    "weight_grams": Kind.INTEGER,
    "colour": Kind.TEXT,
    "since": Kind.INTEGER,
}
WANTED = Wanted("product", tuple(Field(name, kind) for name, kind in FIELDS.items()))


@pytest.mark.parametrize("markup", Markup)
def test_every_field_of_every_product_is_right(markup: Markup) -> None:
    wrong: Counter[str] = Counter()
    products = {path: one for path, one in truth.products().items() if truth.markup(one) is markup}
    for path, product in products.items():
        view = view_of(Document(product_page.render(product)), f"http://127.0.0.1:8750{path}")
        found = read_record(view, WANTED).reading.data
        wrong.update(name for name, value in truth.record(product).items() if found.get(name) != value)
    assert len(products) > 50
    assert not wrong


def test_words_to_a_model_in_a_review_change_no_value() -> None:
    for path in truth.instructed():
        product = truth.products()[path]
        view = view_of(Document(product_page.render(product)), f"http://127.0.0.1:8750{path}")
        found = read_record(view, WANTED)
        assert found.reading.data["price"] == truth.record(product)["price"]
        shown = [choice.context for choices in found.undecided.values() for choice in choices]
        assert not any("prize.example" in words for words in shown)
