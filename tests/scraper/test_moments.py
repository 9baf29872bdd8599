import pytest

from scraper.moments import moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("sun, 06 nov 1994 08:49:37 gmt", 784111777),
        ("Sun, 06 Nov 1994 00:49:37 -0800", 784111777),
        ("6 Nov 1994 00:49:37 PST", 784111777),
        ("1994-11-06T08:49:37Z", 784111777),
        ("1994-11-06T08:49:37+00:00", 784111777),
        ("1994-11-06T09:49:37.5+01:00", 784111777.5),
        ("1994-11-06", 784080000),
        ("1994-11", 783648000),
        ("1994", 757382400),
        ("0001-01-01T00:00:00+23:59", -62135683140),
        ("  1994-11-06  ", 784080000),
    ],
)
def test_a_moment_is_read_in_every_notation_of_the_web(text: str, seconds: float) -> None:
    assert moment(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "soon",
        "120",
        "-5",
        "99999-01-01",
        "2024-13-45",
        "Sun, 99 Nov 1994 99:99:99 GMT",
        ",",
        "Sun,",
        "9" * 100_000,
        "Sun, 06 Nov 99999999999 08:49:37 GMT",
    ],
)
def test_what_names_no_moment_is_none(text: str) -> None:
    assert moment(text) is None
