"""Records appear with their page, change with a second look, and the pages that wait are known."""

from pathlib import Path

from storage.forget import forget
from storage.forget_target import HostTarget
from storage.frontier import SqliteFrontier
from storage.learned_rows import FieldRow, Learned, TemplateRow, keep_learned
from storage.ledger import Connection, Ledger, connect
from storage.runs import Run
from storage.selection_rows import (
    Reselected,
    count_undecided,
    keep_reselected,
    let_stand,
    selected_record,
    take_asked,
    take_outdated,
    take_undecided,
)
from storage.store import Store
from storage.words import Outcome, Page, Selected, Undecided, Visit
from storage.workspace import ledger_path

from .crawled import NOON, begin, digest, link

WAITS = Undecided("7", "model", 3, b"which?")


def selected(price: str, undecided: Undecided | None = None) -> Selected:
    data, sources = {"price": price}, {"price": {"how": "scorer"}}
    return Selected((selected_record("product", 0, data, sources),), undecided=undecided)


async def visit(ledger: Ledger, run: Run, n: int, found: Selected, outcome: Outcome = Outcome.FETCHED) -> int:
    frontier = SqliteFrontier(ledger, run.run)
    await frontier.add([link(n)])
    [lease] = await frontier.claim(1, 60, 1)
    page = Page(digest=digest(n), selected=found)
    assert await frontier.commit([Visit(lease, outcome, "ok", NOON, 200, page=page)]) == []
    await frontier.close()
    return lease.visit


def again(run: Run, number: int, n: int, found: Selected) -> Reselected:
    target = link(n)
    return Reselected(number, run.id, target.host, target.url, target.key, NOON + 9, found)


def records(workspace: Path) -> list[tuple[str, str, int]]:
    sql = "SELECT url, data ->> '$.price', decision FROM records ORDER BY url"
    with Store(workspace) as store, store.query(sql) as answer:
        return [row for batch in answer for row in zip(*batch.to_pydict().values(), strict=True)]


async def test_a_page_brings_its_records_in_its_own_commit(workspace: Path, ledger: Ledger) -> None:
    run = await begin(ledger)
    await visit(ledger, run, 1, selected("12"))
    await visit(ledger, run, 2, selected("0"), Outcome.FAILED)
    assert records(workspace) == [("http://a.test/1", "12", 1)]


async def test_a_second_look_replaces_the_first_and_ends_the_waiting(workspace: Path, ledger: Ledger) -> None:
    run = await begin(ledger)
    number = await visit(ledger, run, 1, selected("12", WAITS))
    assert await ledger.read(lambda c: count_undecided(c, run.run)) == {"model": 1}
    await ledger.write(lambda c: keep_reselected(c, run.run, [again(run, number, 1, selected("15"))]))
    assert records(workspace) == [("http://a.test/1", "15", 2)]
    assert await ledger.read(lambda c: count_undecided(c, run.run)) == {}


async def test_a_second_look_may_find_that_there_is_nothing(workspace: Path, ledger: Ledger) -> None:
    run = await begin(ledger)
    number = await visit(ledger, run, 1, selected("12", WAITS))
    nothing = Selected(nothing=("product",))
    await ledger.write(lambda c: keep_reselected(c, run.run, [again(run, number, 1, nothing)]))
    assert records(workspace) == []


async def test_a_page_waits_on_with_its_question_while_its_second_look_is_open_too(ledger: Ledger) -> None:
    run = await begin(ledger)
    number = await visit(ledger, run, 1, selected("12", WAITS))
    later = selected("12", Undecided("8", "probation"))
    await ledger.write(lambda c: keep_reselected(c, run.run, [again(run, number, 1, later)]))
    [waiting] = await ledger.read(lambda c: take_undecided(c, run.run, ("", 0), 9))
    assert (waiting.visit, waiting.template, waiting.reason, waiting.packed) == (
        number,
        "8",
        "probation",
        b"which?",
    )


async def test_waiting_pages_are_taken_by_template_and_in_steps(ledger: Ledger) -> None:
    run = await begin(ledger)
    templates = ["2", "1", "2"]
    numbers = [
        await visit(ledger, run, n, selected("1", Undecided(template, "model")))
        for n, template in enumerate(templates)
    ]
    first = await ledger.read(lambda c: take_undecided(c, run.run, ("", 0), 2))
    assert [page.visit for page in first] == [numbers[1], numbers[0]]
    last = (first[-1].template, first[-1].visit)
    assert [p.visit for p in await ledger.read(lambda c: take_undecided(c, run.run, last, 2))] == [numbers[2]]


async def test_what_stands_waits_no_more_and_stays(workspace: Path, ledger: Ledger) -> None:
    run = await begin(ledger)
    number = await visit(ledger, run, 1, selected("12", WAITS))
    await ledger.write(lambda c: let_stand(c, [number]))
    assert await ledger.read(lambda c: count_undecided(c, run.run)) == {}
    assert records(workspace) == [("http://a.test/1", "12", 1)]


async def test_forgetting_a_host_takes_what_was_selected_there(workspace: Path) -> None:
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await begin(ledger)
        await visit(ledger, run, 1, selected("12", WAITS))
        rows = Learned(
            (TemplateRow("7", "a.test", "/#", b"sketch", 1, "{}"),),
            (FieldRow("a.test", "7", "product", "price", b"", 1, "promoted", "{}"),),
        )
        await ledger.write(lambda c: keep_learned(c, rows))
    await forget(workspace, HostTarget("a.test"))
    connection = connect(ledger_path(workspace))
    try:
        left = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("undecided", "templates", "learned", "record_batches")
        ]
    finally:
        connection.close()
    assert left == [0, 0, 0, 0]


async def test_pages_that_wait_come_template_by_template_and_by_what_they_wait_for(ledger: Ledger) -> None:
    run = await begin(ledger)
    waits = [("b", 2, b""), ("a", 1, b"which?"), ("b", 5, b"which?"), ("a", 3, b""), ("c", 1, b"which?")]
    for number, (template, version, packed) in enumerate(waits, start=1):
        undecided = Undecided(template, "model", version, packed)
        assert await visit(ledger, run, number, selected("1", undecided)) == number

    def taken(connection: Connection) -> list[list[int]]:
        groups = [
            take_undecided(connection, run.run, ("", 0), 10),
            take_undecided(connection, run.run, ("a", 2), 2),
            take_asked(connection, run.run, ("", 0), 2),
            take_asked(connection, run.run, ("a", 2), 10),
            take_outdated(connection, run.run, "b", 5, 0, 10),
            take_outdated(connection, run.run, "a", 4, 2, 10),
        ]
        return [[page.visit for page in pages] for pages in groups]

    assert await ledger.read(taken) == [[2, 4, 1, 3, 5], [4, 1], [2, 3], [3, 5], [1], [4]]
