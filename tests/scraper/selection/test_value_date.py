"""Days and moments of many languages."""

import pytest

from scraper.selection.value import Context
from scraper.selection.value_date import parse_date, parse_datetime


@pytest.mark.parametrize(
    ("text", "place", "moment"),
    [
        ("2024-03-05T10:20:30+01:00", "", "2024-03-05T10:20:30+01:00"),
        ("2024-03-05T10:20:30Z", "", "2024-03-05T10:20:30Z"),
        ("am 5. März 2024", "de", "2024-03-05"),
        ("March 5, 2024 3:05 PM", "en", "2024-03-05T15:05:00"),
        ("5th of March 2024", "en", "2024-03-05"),
        ("03/04/2024", "fr", "2024-04-03"),
        ("03/04/2024", "en-us", "2024-03-04"),
        ("03/04/2024", "en-gb", "2024-04-03"),
        ("13/04/2024", "en-us", "2024-04-13"),
        ("12.11.23", "de", "2023-11-12"),
        ("2024年3月5日", "ja", "2024-03-05"),
        ("le 5 mars 2024 à 10:20", "fr", "2024-03-05T10:20:00"),
        ("3 listopada 2023", "hr", "2023-10-03"),
        ("3 listopada 2023", "pl", "2023-11-03"),
        ("2024. március 5.", "hu", "2024-03-05"),
        ("5 de marzo de 2024", "es", "2024-03-05"),
        ("5 марта 2024", "ru", "2024-03-05"),
        ("20240305", "", "2024-03-05"),
    ],
)
def test_a_moment_is_read_as_iso(text: str, place: str, moment: str) -> None:
    language, _, region = place.partition("-")
    context = Context(language, region)
    found = parse_datetime(text, context)
    assert [one.value for one in found] == [moment]
    assert [one.value for one in parse_date(text, context)] == [moment[:10]]
    assert text[found[0].start : found[0].end].strip() in text


@pytest.mark.parametrize(
    "text", ["yesterday", "99/99/2024", "31.2.2024", "12.99", "3 hours ago", "tel. 03-04-20245"]
)
def test_what_is_no_day_gives_none(text: str) -> None:
    assert parse_date(text, Context("en")) == []
