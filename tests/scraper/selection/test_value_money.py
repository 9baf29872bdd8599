"""Amounts as many places write them."""

import pytest

from scraper.selection.value import Context
from scraper.selection.value_money import parse_money


@pytest.mark.parametrize(
    ("text", "place", "amount", "currency", "written"),
    [
        ("€1,234.56", "en", "1234.56", "EUR", "€1,234.56"),
        ("1.234,56 €", "de", "1234.56", "EUR", "1.234,56 €"),
        ("1 234,56 zł", "pl", "1234.56", "PLN", "1 234,56 zł"),
        ("₹1,23,456.00", "en-in", "123456.00", "INR", "₹1,23,456.00"),
        ("from $12.99", "en-ca", "12.99", "CAD", "$12.99"),
        ("12,- zzgl. Versand", "de", "12", None, "12,-"),
        ("CHF 19.50", "de-ch", "19.50", "CHF", "CHF 19.50"),
        ("1'299.00 CHF", "de-ch", "1299.00", "CHF", "1'299.00 CHF"),
        ("12€99", "fr", "12.99", "EUR", "12€99"),
        ("30,000원~", "ko", "30000", "KRW", "30,000원"),
        ("131 990 тг.", "ru-kz", "131990", "KZT", "131 990 тг."),
        ("$24.990", "es-cl", "24990", "CLP", "$24.990"),
        ("NT$2,320", "zh-tw", "2320", "TWD", "NT$2,320"),
        ("90 kr.", "da", "90", "DKK", "90 kr."),
        ("90 kr", "sv", "90", "SEK", "90 kr"),
        ("5,5 €", "de", "5.50", "EUR", "5,5 €"),
        ("Free", "en", "0", None, "Free"),
        ("12 – 15 €", "de", "12", "EUR", "12"),
    ],
)
def test_an_amount_is_read_with_its_currency_and_place(
    text: str, place: str, amount: str, currency: str | None, written: str
) -> None:
    language, _, region = place.partition("-")
    found = parse_money(text, Context(language, region))[0]
    assert found.value == {"amount": amount, "currency": currency}
    assert text[found.start : found.end] == written


@pytest.mark.parametrize("text", ["", "-20%", "no price", "save -€5", "free delivery over the hills"])
def test_what_is_no_amount_gives_none(text: str) -> None:
    assert parse_money(text, Context("en")) == []


def test_a_program_writes_points_for_decimals() -> None:
    assert parse_money("10.140", Context("de").for_machines())[0].value["amount"] == "10.14"


def test_the_ends_of_a_range_share_the_currency() -> None:
    found = parse_money("12 – 15 €", Context("de"))
    assert [one.value for one in found] == [
        {"amount": "12", "currency": "EUR"},
        {"amount": "15", "currency": "EUR"},
    ]
