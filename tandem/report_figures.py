"""What a report takes from SQL: figures of the records, changes, trends, contradictions."""

from collections.abc import Iterator

from analysis.contradictions import MOST, contradictions
from analysis.corpus import SourcePage
from analysis.exhibits import Exhibit
from analysis.over_time import pages_since, records_since, trends
from analysis.record_figures import record_exhibit
from analysis.record_type import Ask, RecordType
from analysis.report import Counted
from storage.runs import Run
from storage.store import Store
from tandem.stored_texts import read_page


def counted(store: Store, run: Run) -> Counted:
    """Everything that no model has a part in."""
    kinds = [RecordType(name, view, fields) for name, (view, fields) in store.record_types().items()]

    def page(url: str) -> SourcePage | None:
        return read_page(store, url, run)

    with store.tables() as tables:
        data = [record_exhibit(tables.rows, kind, run.id) for kind in kinds]
        found = [contradictions(tables.rows, kind, run.id, page) for kind in kinds]
        changed = list(_since(store, tables.rows, kinds, run))
        over_runs = list(trends(tables.rows, kinds, run.job, run.number))
    shown = [_told(one, len(same)) for one, same in zip(data, found, strict=True) if one is not None]
    differing = [one for same in found for one in same]
    return Counted(data=shown, trends=[*changed, *over_runs], contradictions=differing)


def _told(exhibit: Exhibit, listed: int) -> Exhibit:
    """Says so when there may be more contradictions than are listed."""
    if listed < MOST:
        return exhibit
    note = f"The first {MOST} contradictions are listed; there are more, or exactly so many."
    return exhibit.model_copy(update={"notes": (*exhibit.notes, note)})


def _since(store: Store, ask: Ask, kinds: list[RecordType], run: Run) -> Iterator[Exhibit]:
    """What is different since the complete run before this one."""
    changes = store.changes(run)
    if changes is None:
        return
    before = changes.before
    yield pages_since(f"{before.job}/{before.number}", {str(one): n for one, n in changes.counts.items()})
    for kind in kinds:
        exhibit = records_since(ask, kind, run.id, before.id)
        if exhibit is not None:
            yield exhibit
