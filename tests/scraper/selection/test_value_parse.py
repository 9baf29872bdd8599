"""Texts read as the type of a field."""

from typing import Any

import pytest

from scraper.selection.value import Context
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Field, Kind

STATES = ("InStock", "OutOfStock")


@pytest.mark.parametrize(
    ("field", "text", "value", "written"),
    [
        (Field("weight_grams", Kind.INTEGER), "1,250 g", 1250, "1,250"),
        (Field("weight_grams", Kind.INTEGER), "Weight 1.2 kg", 1200, "1.2"),
        (Field("rooms", Kind.NUMBER), "3.5 rooms", 3.5, "3.5"),
        (Field("stock", Kind.INTEGER), "In stock (5 available)", 5, "5"),
        (Field("stock", Kind.INTEGER), "Out of stock", 0, "Out of stock"),
        (Field("available", Kind.BOOLEAN), "Out of stock", False, "Out of stock"),
        (Field("available", Kind.BOOLEAN), "nicht auf Lager", False, "nicht auf Lager"),
        (Field("available", Kind.BOOLEAN), "Sofort lieferbar", True, "Sofort lieferbar"),
        (Field("vegan", Kind.BOOLEAN), "Ja", True, "Ja"),
        (Field("state", Kind.ENUM, values=STATES), "https://schema.org/InStock", "InStock", "InStock"),
        (
            Field("state", Kind.ENUM, values=STATES),
            "Currently unavailable.",
            "OutOfStock",
            "Currently unavailable",
        ),
        (Field("state", Kind.ENUM, values=STATES), "not in stock", "OutOfStock", "not in stock"),
        (Field("level", Kind.ENUM, values=("Easy", "Hard")), "This is hard work", "Hard", "hard"),
        (Field("mail", Kind.EMAIL), "mailto:Jo@Example.ORG", "Jo@example.org", "Jo@Example.ORG"),
        (Field("phone", Kind.PHONE), "Tel: +49 30 123456-0", "+49 30 123456-0", "+49 30 123456-0"),
        (Field("link", Kind.URL), "/a/b?c=1", "https://shop.example/a/b?c=1", "/a/b?c=1"),
        (
            Field("image", Kind.IMAGE),
            "/s.jpg 320w, /l.jpg 1024w",
            "https://shop.example/l.jpg",
            "/l.jpg",
        ),
        (
            Field("upc", Kind.TEXT, pattern="[0-9]{12}"),
            "UPC 012345678905 here",
            "012345678905",
            "012345678905",
        ),
        (Field("name", Kind.TEXT), "  A name ", "A name", "A name"),
    ],
)
def test_a_text_gives_the_value_and_its_place(field: Field, text: str, value: Any, written: str) -> None:
    found = parse(field, text, Context("en", "", "https://shop.example/p/1"))[0]
    assert found.value == value
    assert type(found.value) is type(value)
    assert text[found.start : found.end] == written


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Field("stock", Kind.INTEGER), "no number"),
        (Field("state", Kind.ENUM, values=STATES), "PreOrder"),
        (Field("vegan", Kind.BOOLEAN), "a long text in which yes is one word of many others"),
        (Field("phone", Kind.PHONE), "12.99"),
        (Field("upc", Kind.TEXT, pattern="[0-9]{12}"), "012"),
        (Field("link", Kind.URL), "javascript:alert(1)"),
    ],
)
def test_what_is_not_of_the_type_gives_nothing(field: Field, text: str) -> None:
    assert parse(field, text, Context("en", "", "https://shop.example/p/1")) == []
