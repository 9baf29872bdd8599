"""A wish fits the pages that its patterns name, and every page when it has none."""

import pytest

from scraper.selection.fitting import Fitting
from scraper.selection.wanted import Field, Kind, Wanted

TITLE = (Field("title", Kind.TEXT),)
WISHES = (
    Wanted("book", TITLE, ("/book/*",)),
    Wanted("maker", TITLE, ("/maker/*", "*.html")),
    Wanted("page", TITLE),
)


@pytest.mark.parametrize(
    ("url", "records"),
    [
        ("http://a.test/book/1", ["book", "page"]),
        ("http://a.test/maker/x.html", ["maker", "page"]),
        ("http://a.test/", ["page"]),
        ("", ["page"]),
    ],
)
def test_a_page_is_read_for_what_names_it(url: str, records: list[str]) -> None:
    assert [one.record for one in Fitting(WISHES).of(url)] == records
