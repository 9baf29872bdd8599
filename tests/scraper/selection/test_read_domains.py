"""Small pages of many domains and languages, with and without structured data."""

from pathlib import Path
from typing import Any

import pytest

from scraper.document import Document
from scraper.selection.page_view import view_of
from scraper.selection.read import read_record
from scraper.selection.wanted import Field, Kind, Wanted

PAGES = Path(__file__).parent / "pages"


def fields(**kinds: str) -> tuple[Field, ...]:
    found = []
    for name, kind in kinds.items():
        many = kind.startswith("many ")
        found.append(Field(name, Kind(kind.removeprefix("many ")), many))
    return tuple(found)


def money(amount: str, currency: str | None) -> dict[str, str | None]:
    return {"amount": amount, "currency": currency}


CASES: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
    (
        "job",
        "job",
        {
            "title": "text",
            "company": "text",
            "location": "text",
            "salary": "money",
            "published": "date",
            "deadline": "date",
            "email": "email",
            "phone": "phone",
        },
        {
            "title": "Krankenpfleger (m/w/d)",
            "company": "Klinikum Nord gGmbH",
            "location": "Kiel",
            "salary": money("3400", "EUR"),
            "published": "2025-02-03",
            "deadline": "2025-02-28",
            "email": "jobs@klinikum.example",
            "phone": "0431 12345-0",
        },
    ),
    (
        "recipe",
        "recipe",
        {
            "name": "text",
            "author": "text",
            "prep_time": "integer",
            "cook_minutes": "integer",
            "servings": "integer",
            "calories": "integer",
            "ingredients": "many text",
            "published": "date",
        },
        {
            "name": "Tarte aux pommes",
            "author": "Luce Moreau",
            "prep_time": 20,
            "cook_minutes": 65,
            "servings": 6,
            "calories": 310,
            "ingredients": ["4 pommes", "200 g de farine", "100 g de beurre"],
            "published": "2024-11-02",
        },
    ),
    (
        "event",
        "event",
        {"title": "text", "start": "datetime", "venue": "text", "price": "money", "organizer": "text"},
        {
            "title": "Harbour Jazz Night",
            "start": "2025-06-14T19:30:00+01:00",
            "venue": "The Old Boathouse",
            "price": money("18.50", "GBP"),
            "organizer": "Quay Arts",
        },
    ),
    (
        "book",
        "book",
        {
            "title": "text",
            "author": "text",
            "price": "money",
            "publisher": "text",
            "isbn": "text",
            "pages": "integer",
            "published": "date",
            "available": "boolean",
            "language": "text",
        },
        {
            "title": "Rzeka",
            "author": "Anna Lis",
            "price": money("39.90", "PLN"),
            "publisher": "Brzeg",
            "isbn": "978-83-123-4567-8",
            "pages": 312,
            "published": "2021-05-12",
            "available": True,
            "language": "polski",
        },
    ),
    (
        "property",
        "home",
        {
            "title": "text",
            "price": "money",
            "bedrooms": "integer",
            "bathrooms": "integer",
            "area": "integer",
            "floor": "integer",
            "year_built": "integer",
            "reference": "text",
            "address": "text",
        },
        {
            "title": "Piso en venta en calle Feria",
            "price": money("235000", "EUR"),
            "bedrooms": 3,
            "bathrooms": 2,
            "area": 94,
            "floor": 2,
            "year_built": 1998,
            "reference": "SV-2231",
            "address": "Calle Feria 12, Sevilla",
        },
    ),
    (
        "article",
        "article",
        {"headline": "text", "author": "text", "published": "datetime", "image": "image"},
        {
            "headline": "Bridge reopens after flood",
            "author": "Ines Vale",
            "published": "2024-09-30T08:15:00Z",
            "image": "https://a.example/img/bridge.jpg",
        },
    ),
    (
        "product",
        "state",
        {"name": "text", "sku": "text", "price": "money", "brand": "text", "available": "boolean"},
        {
            "name": "Trail Lamp 300",
            "sku": "TL-300-B",
            "price": money("34.50", "EUR"),
            "brand": "Lumen",
            "available": True,
        },
    ),
    (
        "product",
        "microdata",
        {"name": "text", "price": "money", "brand": "text", "available": "boolean"},
        {"name": "Moka da tre tazze", "price": money("24.90", "EUR"), "brand": "Vulcano", "available": False},
    ),
    (
        "product",
        "rdfa",
        {"name": "text", "price": "money", "brand": "text"},
        {"name": "Kettle", "price": money("21.00", "GBP"), "brand": "Boil & Co"},
    ),
]


@pytest.mark.parametrize(("record", "page", "kinds", "values"), CASES, ids=[one[1] for one in CASES])
def test_a_page_is_read_field_by_field(
    record: str, page: str, kinds: dict[str, str], values: dict[str, Any]
) -> None:
    wanted = Wanted(record, fields(**kinds))
    html = (PAGES / f"{page}.html").read_text(encoding="utf-8")
    found = read_record(view_of(Document(html), "https://a.example/x/1"), wanted)
    assert found.reading.data == values
