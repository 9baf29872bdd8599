"""What becomes of records that are put: new, known, replaced."""

from collections.abc import Sequence

import pytest

from storage.ledger import Ledger
from storage.record_pack import BLOCK_ROWS, pack
from storage.record_pack import rows as unpacked
from storage.record_row import Decision, RecordRow
from storage.record_rows import Put, leave, pending_records, superseded, write_records

from .rows import record


async def put(ledger: Ledger, rows: Sequence[RecordRow], nothing: Sequence[Decision] = ()) -> Put:
    return await ledger.write(lambda c: write_records(c, pack(rows, nothing)))


async def stored(ledger: Ledger) -> list[RecordRow]:
    frames = await ledger.read(
        lambda c: c.execute("SELECT frame FROM record_blocks ORDER BY block").fetchall()
    )
    return [row for (frame,) in frames for row in unpacked(frame)]


def listing(visit: int, ordinals: Sequence[int], decision: int = 1) -> list[RecordRow]:
    return [record(visit)._replace(ordinal=n, decision=decision) for n in ordinals]


async def test_what_is_put_comes_back_in_order(ledger: Ledger) -> None:
    rows = [record(n)._replace(data=f'{{"title": "naïve {n}"}}') for n in range(3 * BLOCK_ROWS + 1)]
    assert await put(ledger, rows) == Put(len(rows), 0)
    assert await stored(ledger) == rows
    assert await ledger.read(pending_records) == len(rows)


async def test_nothing_is_put_without_a_trace(ledger: Ledger) -> None:
    assert await put(ledger, []) == Put(0, 0)
    assert await stored(ledger) == []


async def test_the_same_records_are_stored_once(ledger: Ledger) -> None:
    await put(ledger, [record(1), record(2)])
    assert await put(ledger, [record(2), record(3)]) == Put(1, 1)
    assert await stored(ledger) == [record(1), record(2), record(3)]


async def test_records_that_are_twice_in_one_call_are_stored_once(ledger: Ledger) -> None:
    assert await put(ledger, [record(1), record(1)]) == Put(1, 1)


async def test_one_decision_may_come_in_several_calls(ledger: Ledger) -> None:
    await put(ledger, listing(1, [0, 1]))
    assert await put(ledger, listing(1, [1, 2])) == Put(1, 1)
    assert [row.ordinal for row in await stored(ledger)] == [0, 1, 2]


async def test_a_higher_decision_replaces_all_rows_of_a_lower_one(ledger: Ledger) -> None:
    await put(ledger, listing(1, [0, 1, 2]))
    assert await put(ledger, listing(1, [0], decision=2)) == Put(1, 0)
    assert await ledger.read(superseded) == {Decision(1, "product", 1)}


async def test_a_lower_decision_comes_too_late(ledger: Ledger) -> None:
    await put(ledger, listing(1, [0], decision=5))
    assert await put(ledger, listing(1, [0, 1], decision=4)) == Put(0, 2)
    assert await ledger.read(superseded) == frozenset()


async def test_two_decisions_in_one_call_replace_each_other(ledger: Ledger) -> None:
    await put(ledger, listing(1, [0]) + listing(1, [0], decision=2))
    assert await ledger.read(superseded) == {Decision(1, "product", 1)}


async def test_a_decision_may_find_nothing(ledger: Ledger) -> None:
    await put(ledger, listing(1, [0, 1]))
    await put(ledger, [], [Decision(1, "product", 2)])
    assert await ledger.read(superseded) == {Decision(1, "product", 1)}
    assert await put(ledger, listing(1, [0])) == Put(0, 1)


async def test_types_are_decided_apart(ledger: Ledger) -> None:
    offer = record(1)._replace(record="offer", decision=2)
    assert await put(ledger, [record(1), offer]) == Put(2, 0)
    assert await ledger.read(superseded) == frozenset()


@pytest.mark.parametrize(("left", "remains"), [(1, {Decision(1, "product", 1)}), (2, frozenset())])
async def test_a_replaced_decision_is_listed_until_its_last_row_left(
    ledger: Ledger, left: int, remains: frozenset[Decision]
) -> None:
    await put(ledger, listing(1, [0, 1]))
    await put(ledger, listing(1, [0], decision=2))
    await ledger.write(lambda c: leave(c, [(Decision(1, "product", 1), left)]))
    assert await ledger.read(superseded) == remains
