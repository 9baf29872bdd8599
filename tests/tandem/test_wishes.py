"""Everything that an entry of `select` says reaches selection."""

from scraper.selection.wanted import Field, Kind, Wanted
from tandem.job_select import RecordSpec
from tandem.wishes import wanted_of


def test_a_wish_says_all_that_the_job_says() -> None:
    spec = RecordSpec.model_validate(
        {
            "record": "product",
            "match": "/p/*",
            "many": True,
            "fields": {
                "price": {"type": "money", "hint": "incl. tax", "required": True},
                "sizes": "list of text",
                "state": {"type": "enum", "values": ["new", "used"], "pattern": "n.*"},
            },
        }
    )
    assert wanted_of(spec) == Wanted(
        "product",
        (
            Field("price", Kind.MONEY, hint="incl. tax", required=True),
            Field("sizes", Kind.TEXT, many=True),
            Field("state", Kind.ENUM, pattern="n.*", values=("new", "used")),
        ),
        ("/p/*",),
        many=True,
    )
