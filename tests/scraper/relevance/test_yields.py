import pytest

from scraper.relevance.yields import MOST_KINDS, MOST_SLOTS, OFFSETS, Yields, kind_of, slot_number

SLOT, SISTER, STRANGER = slot_number(1, 1), slot_number(1, 2), slot_number(2, 1)


def offset_after(values: list[float], slot: int = SLOT) -> int:
    yields = Yields()
    offset = yields.begin(slot)
    assert offset is not None
    for value in values:
        moved = yields.brought(slot, value)
        offset = offset if moved is None else moved
    return offset


def test_a_slot_knows_its_kind_and_is_never_the_number_of_none() -> None:
    assert (kind_of(SLOT), kind_of(SISTER), kind_of(STRANGER)) == (1, 1, 2)
    assert slot_number(0, 0) != 0
    assert slot_number(2**64 - 1, 2**64 - 1) < 2**63


@pytest.mark.parametrize(
    ("values", "least", "most"),
    [
        ([], 0, 4),  # untried: it is to be tried
        ([0.9] * 3, 0, 3),
        ([0.0] * 3, 6, 9),
        ([0.0] * 30, OFFSETS - 1, OFFSETS),
        ([0.9] * 30, 0, 2),
        ([0.9] * 30 + [0.0] * 40, OFFSETS - 2, OFFSETS),  # it turned bad late
    ],
)
def test_a_slot_goes_where_its_pages_put_it(values: list[float], least: int, most: int) -> None:
    assert least <= offset_after(values) <= most


def test_a_slot_is_begun_once() -> None:
    yields = Yields()
    assert yields.begin(SLOT) is not None
    assert yields.begin(SLOT) is None


def test_a_new_slot_is_thought_of_as_others_of_its_kind() -> None:
    yields = Yields()
    yields.begin(SLOT)
    for _ in range(40):
        yields.brought(SLOT, 0.0)
    sister, stranger = yields.begin(SISTER), yields.begin(STRANGER)
    assert sister is not None
    assert stranger is not None
    assert sister > stranger + 4


def test_what_is_known_of_kinds_survives() -> None:
    before = Yields()
    before.begin(SLOT)
    for _ in range(40):
        before.brought(SLOT, 0.0)
    assert Yields(before.kinds).begin(SISTER) == before.begin(SISTER)


def test_a_slot_with_many_pages_moves_seldom() -> None:
    yields = Yields()
    yields.begin(SLOT)
    moves = [yields.brought(SLOT, number % 2) for number in range(1000)]
    assert sum(move is not None for move in moves) < 20


def test_memory_is_bounded() -> None:
    yields = Yields()
    for number in range(MOST_SLOTS + 10):
        yields.begin(slot_number(number, number))
        yields.brought(slot_number(number, number), 0.5)
    assert yields.begin(slot_number(0, 0)) is not None  # forgotten, and begun anew
    assert len(yields.kinds) <= MOST_KINDS
