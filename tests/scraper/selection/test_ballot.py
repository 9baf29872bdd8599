"""Pages elect selectors; few pages, and pages that disagree, elect none."""

import json

import pytest

from scraper.selection.ballot import MOST_LINES, Ballot
from scraper.selection.observation import FieldSeen

CLASS, OTHER, LABEL = "css p.a -> text", "css p.b -> text", 'label "A" of th -> next -> text'
BOUND, PLACE = 'label "A" of th in table.t -> next -> text', "css div > p:nth-of-type(2) -> text"
BLANK = FieldSeen("price", b"w", may_repeat=False)


def _seen(*made: str, value: str = "", **changes: tuple[str, ...]) -> FieldSeen:
    return BLANK._replace(made=made, value=value.encode() or b"v", **changes)


def _ballot(*pages: FieldSeen) -> Ballot:
    ballot = Ballot()
    for number, one in enumerate(pages):
        value = one.value if one.value != b"v" else b"v%d" % number
        ballot.take(number.to_bytes(8, "big"), one._replace(value=value))
    return ballot


def _elected(*pages: FieldSeen, may_repeat: bool = False) -> list[str]:
    return [line for line, _ in _ballot(*pages).election(may_repeat=may_repeat).lines]


@pytest.mark.parametrize(
    ("pages", "elected"),
    [
        ([_seen(CLASS)] * 2, []),
        ([_seen(CLASS)] * 3, [CLASS]),
        ([_seen(CLASS), _seen(CLASS), _seen(OTHER)], []),
        ([_seen(CLASS)] * 3 + [_seen(OTHER)] * 2, [CLASS]),
        ([_seen(CLASS)] * 3 + [_seen(OTHER)] * 3, []),
        ([_seen(CLASS, OTHER)] * 3, [CLASS, OTHER]),
        ([_seen(CLASS)] + [_seen(OTHER, agreed=(CLASS,))] * 2, [CLASS]),
        ([_seen(CLASS)] * 3 + [_seen(OTHER, differed=(CLASS,))], []),
        ([_seen(CLASS, value="same")] * 9, []),
        ([_seen(LABEL, value="same")] * 3, [LABEL]),
        ([_seen(CLASS, PLACE)] * 6, [CLASS]),
        ([_seen(PLACE)] * 5, []),
        ([_seen(PLACE)] * 6, [PLACE]),
        ([_seen(LABEL, BOUND, CLASS)] * 3, [BOUND, CLASS]),
    ],
)
def test_pages_elect(pages: list[FieldSeen], elected: list[str]) -> None:
    assert _elected(*pages) == elected


def test_a_type_with_few_values_may_be_the_same_everywhere() -> None:
    assert _elected(*[_seen(CLASS, value="same")] * 3, may_repeat=True) == [CLASS]


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([_seen(CLASS)], "found on 1 page so far; 3 have to agree"),
        ([_seen(CLASS), _seen(OTHER), _seen(LABEL)], "no selector finds it on 3 of 3 pages"),
        ([_seen(CLASS)] * 3 + [_seen()] * 3, "the best selector finds it on only 3 of 6 pages"),
        ([_seen(CLASS, value="x")] * 4, "the same value on all 4 pages so far"),
        (
            [_seen(CLASS, value="x")] * 8,
            "the same value on all 8 pages, with no label: decoration of the site",
        ),
        ([_seen(PLACE)] * 3, "only a place in numbers; 6 pages have to agree on it"),
        ([_seen(CLASS)] * 3, "3 of 3 pages agree"),
    ],
)
def test_the_outcome_is_explained(pages: list[FieldSeen], why: str) -> None:
    assert _ballot(*pages).election(may_repeat=False).why == why


def test_a_page_votes_once() -> None:
    ballot = Ballot()
    assert ballot.take(b"page", _seen(CLASS, value="1"))
    assert not ballot.take(b"page", _seen(CLASS, value="2"))
    assert not ballot.take(b"other", BLANK)  # nothing was found there
    assert [votes.agreed for votes in ballot.lines.values()] == [1]


def test_votes_are_bounded() -> None:
    ballot = _ballot(
        *(_seen(f"css p.x{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10]} -> text") for n in range(60))
    )
    assert len(ballot.lines) <= MOST_LINES


def test_ballots_are_joined_and_written_down() -> None:
    one, other = _ballot(_seen(CLASS)), Ballot()
    for number in range(1, 3):
        other.take(number.to_bytes(8, "big"), _seen(CLASS, value=str(number)))
    one.join(Ballot.from_json(json.loads(json.dumps(other.as_json()))))
    assert [line for line, _ in one.election(may_repeat=False).lines] == [CLASS]
    again = Ballot.from_json(json.loads(json.dumps(one.as_json())))
    assert again.election(may_repeat=False) == one.election(may_repeat=False)
