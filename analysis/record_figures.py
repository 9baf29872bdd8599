"""What the records of a run are, in numbers: filled fields, distributions, the commonest values."""

from collections.abc import Iterator

from analysis.bins import edges
from analysis.exhibits import Chart, ChartKind, Column, Exhibit, Series, Table
from analysis.record_type import Ask, RecordType, cell
from analysis.wording import number
from storage.views import quoted_name, quoted_text

MOST_VALUES = 10
FEW_YEARS = 2
MOST_DATES = 24  # of them, the newest
BY_CURRENCY = " by currency"
COMMON = 2  # a value of text is worth counting when it stands in so many records on average
_COUNTED = frozenset({"text", "enum", "boolean", "email", "phone"})
_MEASURED = frozenset({"integer", "number"})
_DATED = frozenset({"date", "datetime"})


def record_exhibit(ask: Ask, kind: RecordType, run: str) -> Exhibit | None:
    """Tables and charts of one type of record; None when a run has none."""
    records, pages = ask(f"SELECT count(*), count(DISTINCT url) FROM {kind.of_run(run)}")[0]
    if not records:
        return None
    tables = [_filled(ask, kind, run)]
    charts: list[Chart] = []
    for field, what in kind.fields.items():
        if what == "money":
            tables += _money(ask, kind, run, field)
        elif what in _MEASURED | _DATED:
            tables += _range(ask, kind, run, field)
        charts += _drawn(ask, kind, run, field)
    plural = "" if pages == 1 else "s"
    priced = [note for table in tables[1:] for note in _spoken(table)]
    notes = (f"{records:,} records on {pages:,} page{plural}.", *priced, *_gaps(tables[0]))
    return Exhibit(title=kind.name, notes=notes, tables=tuple(tables), charts=tuple(charts))


def _filled(ask: Ask, kind: RecordType, run: str) -> Table:
    """Which fields have a value in how many records."""
    parts = [
        f"SELECT {quoted_text(field)} AS field, {quoted_text(what)} AS kind, "
        f"count({_known(field, what)}) AS filled, count(*) - count({_known(field, what)}) AS missing, "
        f"count(DISTINCT {quoted_name(field)}) AS different FROM {kind.of_run(run)}"
        for field, what in kind.fields.items()
    ]
    sql = "\nUNION ALL ".join(parts)
    columns = (
        Column(name="field"),
        Column(name="kind"),
        *(Column(name=name, is_number=True) for name in ("filled", "missing", "different values")),
    )
    rows = tuple(tuple(map(cell, row)) for row in ask(sql))
    return Table(title="Fields", columns=columns, rows=rows, sql=sql)


def _known(field: str, what: str) -> str:
    name = quoted_name(field)
    return f"nullif(len({name}), 0)" if what.startswith("list") else name


def _gaps(fields: Table) -> Iterator[str]:
    missing = [(str(row[0]), row[3]) for row in fields.rows if row[3]]
    if missing:
        yield "Missing: " + ", ".join(f"{name} in {gap:,}" for name, gap in missing) + "."
    else:
        yield "No field is missing anywhere."


def _money(ask: Ask, kind: RecordType, run: str, field: str) -> Iterator[Table]:
    name, currency = quoted_name(field), quoted_name(f"{field}_currency")
    sql = (
        f"SELECT coalesce({currency}, 'no currency') AS currency, count(*) AS records, min({name}) AS min, "
        f"median({name}) AS median, max({name}) AS max, round(avg({name}), 2) AS mean\n"
        f"FROM {kind.of_run(run)} AND {name} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    columns = (
        Column(name="currency"),
        *(Column(name=one, is_number=True) for one in ("records", "least", "median", "most", "mean")),
    )
    rows = tuple(tuple(map(cell, row)) for row in ask(sql))
    if rows:
        yield Table(title=f"{field}{BY_CURRENCY}", columns=columns, rows=rows, sql=sql)


def _spoken(prices: Table) -> Iterator[str]:
    """The commonest currency in a sentence."""
    if prices.title.endswith(BY_CURRENCY):
        currency, _, *values = prices.rows[0]
        least, middle, most = (number(float(value)) for value in values[:3] if value is not None)
        field = prices.title.removesuffix(BY_CURRENCY)
        yield f"{field}: from {least} to {most} {currency}, the median is {middle}."


def _range(ask: Ask, kind: RecordType, run: str, field: str) -> Iterator[Table]:
    name = quoted_name(field)
    is_date = kind.fields[field] in _DATED
    middle = f"quantile_disc({name}, 0.5)" if is_date else f"median({name})"
    sql = (
        f"SELECT count({name}) AS records, min({name}) AS min, {middle} AS median, max({name}) AS max\n"
        f"FROM {kind.of_run(run)} AND {name} IS NOT NULL"
    )
    rows = tuple(tuple(map(cell, row)) for row in ask(sql))
    names = ("records", "first", "middle", "last") if is_date else ("records", "least", "median", "most")
    columns = tuple(Column(name=one, is_number=not is_date or one == "records") for one in names)
    if rows[0][0]:
        yield Table(title=field, columns=columns, rows=rows, sql=sql)


def _drawn(ask: Ask, kind: RecordType, run: str, field: str) -> Iterator[Chart]:
    what = kind.fields[field]
    if what in _COUNTED and field not in {*kind.identifiers, kind.title}:
        yield from _commonest(ask, kind, run, field)
    elif what == "money":
        currency = quoted_name(f"{field}_currency")
        most = ask(
            f"SELECT {currency} FROM {kind.of_run(run)} AND {quoted_name(field)} IS NOT NULL "
            "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        for (unit,) in most:
            same = f"{currency} IS NOT DISTINCT FROM {quoted_text(unit) if unit else 'NULL'}"
            yield from _histogram(ask, f"{kind.of_run(run)} AND {same}", field, unit or "")
    elif what in _MEASURED:
        yield from _histogram(ask, kind.of_run(run), field, "", whole=what == "integer")
    elif what in _DATED:
        yield from _by_time(ask, kind, run, field)


def _commonest(ask: Ask, kind: RecordType, run: str, field: str) -> Iterator[Chart]:
    name = quoted_name(field)
    different, records = ask(f"SELECT count(DISTINCT {name}), count({name}) FROM {kind.of_run(run)}")[0]
    if different < 2 or records < COMMON * different:
        return
    sql = (
        f"SELECT {name}::VARCHAR AS value, count(*) AS records\n"
        f"FROM {kind.of_run(run)} AND {name} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES}"
    )
    rows = ask(sql)
    rest = f" of {different:,}" if different > len(rows) else ""
    listed = ", ".join(f"{value}: {count:,}" for value, count in rows)
    yield Chart(
        kind=ChartKind.BAR,
        title=f"Commonest values of {field}",
        description=f"The {len(rows)}{rest} commonest values of {field}: {listed}.",
        labels=tuple(str(value) for value, _ in rows),
        series=(Series(name="records", values=tuple(count for _, count in rows)),),
        unit="records",
        sql=sql,
    )


def _by_time(ask: Ask, kind: RecordType, run: str, field: str) -> Iterator[Chart]:
    """By year, or by month where the years are few."""
    name = quoted_name(field)
    years = ask(f"SELECT count(DISTINCT year({name})) FROM {kind.of_run(run)} AND {name} IS NOT NULL")[0][0]
    step, form = ("year", "%Y") if years > FEW_YEARS else ("month", "%Y-%m")
    sql = (
        f"SELECT strftime({name}, '{form}') AS {step}, count(*) AS records\n"
        f"FROM {kind.of_run(run)} AND {name} IS NOT NULL GROUP BY 1 ORDER BY 1 DESC LIMIT {MOST_DATES}"
    )
    rows = ask(sql)[::-1]
    if len(rows) < 2:
        return
    told = ", ".join(f"{when}: {count:,}" for when, count in rows)
    yield Chart(
        kind=ChartKind.BAR,
        title=f"{field} by {step}",
        description=f"Records by {step}: {told}.",
        labels=tuple(str(when) for when, _ in rows),
        series=(Series(name="records", values=tuple(count for _, count in rows)),),
        unit="records",
        sql=sql,
    )


def _histogram(ask: Ask, records: str, field: str, unit: str, *, whole: bool = False) -> Iterator[Chart]:
    name = quoted_name(field)
    known = f"{records} AND {name} IS NOT NULL AND isfinite({name}::DOUBLE)"
    different, least, most = ask(
        f"SELECT count(DISTINCT {name}), min({name})::DOUBLE, max({name})::DOUBLE FROM {known}"
    )[0]
    if different < 3:
        return
    ends = edges(least, most, whole)
    cases = " ".join(f"WHEN {name} < {end!r} THEN {place}" for place, end in enumerate(ends[1:]))
    sql = (
        f"SELECT CASE {cases} ELSE {len(ends) - 2} END AS bin, count(*) AS records\n"
        f"FROM {known} GROUP BY 1 ORDER BY 1"
    )
    counted: dict[int, int] = dict(ask(sql))
    values = tuple(int(counted.get(place, 0)) for place in range(len(ends) - 1))
    fullest = values.index(max(values))
    yield Chart(
        kind=ChartKind.HISTOGRAM,
        title=f"Distribution of {field}",
        description=(
            f"{sum(values):,} records from {number(least)} to {number(most)}; most of them, "
            f"{max(values):,}, lie between {number(ends[fullest])} and {number(ends[fullest + 1])}."
        ),
        labels=tuple(number(end) for end in ends),
        series=(Series(name="records", values=values),),
        unit=unit,
        sql=sql,
    )
