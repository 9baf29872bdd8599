"""What changed since the run before, and how the runs of a job went on."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.exhibits import Chart, ChartKind, Column, Exhibit, Series, Table
from analysis.record_type import Ask, RecordType, cell
from analysis.wording import number
from storage.views import quoted_name, quoted_text

MOST_CHANGES = 20
MOST_RUNS = 50
_MEASURED = frozenset({"money", "integer", "number"})


def pages_since(before: str, counts: Mapping[str, int]) -> Exhibit:
    """How the pages changed since another run, as it was counted."""
    told = ", ".join(f"{pages:,} {change}" for change, pages in counts.items() if pages)
    columns = (Column(name="change"), Column(name="pages", is_number=True))
    return Exhibit(
        title=f"Pages since {before}",
        notes=(f"{told or 'No page'}.",),
        tables=(Table(title="Pages by change", columns=columns, rows=tuple(counts.items())),),
    )


def records_since(ask: Ask, kind: RecordType, run: str, before: str) -> Exhibit | None:
    """Which records came and went, and which values differ, by the URL that they stand on."""
    here, there = (f"(SELECT DISTINCT url FROM {kind.of_run(one)})" for one in (run, before))
    sql = (
        f"SELECT count_if(e.url IS NULL) AS new, count_if(l.url IS NULL) AS gone, "
        f"count_if(l.url = e.url) AS kept\nFROM {here} l FULL JOIN {there} e ON l.url = e.url"
    )
    new, gone, kept = ask(sql)[0]
    if not new + gone + kept:
        return None
    changed = [table for field in kind.fields for table in _changed(ask, kind, (run, before), field)]
    columns = tuple(Column(name=name, is_number=True) for name in ("new", "gone", "kept"))
    counted = Table(title="Pages with records", columns=columns, rows=((new, gone, kept),), sql=sql)
    return Exhibit(
        title=f"{kind.name}: since the run before",
        notes=(f"{new:,} new, {gone:,} gone, {kept:,} kept.",),
        tables=(counted, *changed),
    )


def _changed(ask: Ask, kind: RecordType, runs: tuple[str, str], field: str) -> Iterator[Table]:
    """The records whose number in a field is another now, the largest change first."""
    if kind.fields[field] not in _MEASURED:
        return
    name, (here, there) = quoted_name(field), runs
    same = (
        f" AND l.{quoted_name(field + '_currency')} IS NOT DISTINCT FROM e.{quoted_name(field + '_currency')}"
        if kind.fields[field] == "money"
        else ""
    )
    sql = (
        f"SELECT l.url, e.{name} AS before, l.{name} AS now, l.{name} - e.{name} AS change, "
        "count(*) OVER () AS changed\n"
        f"FROM (SELECT * FROM {kind.of_run(here)}) l\n"
        f"JOIN (SELECT * FROM {kind.of_run(there)}) e ON l.url = e.url AND l.ordinal = e.ordinal{same}\n"
        f"WHERE l.{name} <> e.{name} ORDER BY abs(l.{name} - e.{name}) DESC, l.url LIMIT {MOST_CHANGES}"
    )
    rows = ask(sql)
    if not rows:
        return
    columns = (
        Column(name="page"),
        *(Column(name=one, is_number=True) for one in ("before", "now", "change")),
    )
    shown = tuple(tuple(map(cell, row[:4])) for row in rows)
    more = f", the {len(rows)} largest" if rows[0][4] > len(rows) else ""
    yield Table(title=f"{field}: {rows[0][4]:,} changed{more}", columns=columns, rows=shown, sql=sql)


def trends(ask: Ask, kinds: Sequence[RecordType], job: str, newest: int) -> Iterator[Exhibit]:
    """How pages, records and the medians of their numbers went from run to run; nothing after one run."""
    runs = (
        f"SELECT run, number FROM runs WHERE job = {quoted_text(job)} AND number <= {newest} "
        f"ORDER BY number DESC LIMIT {MOST_RUNS}"
    )
    pages = (
        "SELECT r.number, "
        "count_if(p.outcome IN ('fetched', 'unchanged') AND p.reason <> 'redirected') AS stored,\n"
        f"count_if(p.outcome = 'failed') AS failed FROM ({runs}) r JOIN pages p ON p.run = r.run\n"
        "GROUP BY r.number ORDER BY r.number"
    )
    chart = _line("Pages from run to run", ("stored", "failed"), ask(pages), pages)
    if chart is None:
        return
    yield Exhibit(title="Pages", charts=(chart,))
    for kind in kinds:
        charts = tuple(_record_trends(ask, kind, runs))
        if charts:
            yield Exhibit(title=kind.name, charts=charts)


def _record_trends(ask: Ask, kind: RecordType, runs: str) -> Iterator[Chart]:
    view = quoted_name(kind.view)
    fields = [field for field, what in kind.fields.items() if what in _MEASURED]
    for field in ["", *fields]:
        value = f"median({quoted_name(field)})::DOUBLE" if field else "count(*)"
        sql = (
            f"SELECT r.number, {value} AS value FROM ({runs}) r JOIN {view} v ON v.run = r.run\n"
            "GROUP BY r.number ORDER BY r.number"
        )
        title = f"Median of {field} from run to run" if field else "Records from run to run"
        chart = _line(title, (f"median {field}" if field else "records",), ask(sql), sql)
        if chart is not None:
            yield chart


def _line(title: str, names: Sequence[str], rows: list[tuple[float | None, ...]], sql: str) -> Chart | None:
    if len(rows) < 2 or all(value is None for row in rows for value in row[1:]):
        return None
    first, last = rows[0], rows[-1]
    told = "; ".join(
        f"{name}: {_number(first[place])} in run {first[0]}, {_number(last[place])} in run {last[0]}"
        for place, name in enumerate(names, start=1)
    )
    return Chart(
        kind=ChartKind.LINE,
        title=title,
        description=f"{len(rows)} runs; {told}.",
        labels=tuple(f"run {row[0]}" for row in rows),
        series=tuple(
            Series(name=name, values=tuple(row[place] for row in rows))
            for place, name in enumerate(names, start=1)
        ),
        sql=sql,
    )


def _number(value: float | None) -> str:
    return "none" if value is None else number(value)
