"""The names of a table's columns, for the rows that stand in it."""

from collections.abc import Iterator, Mapping, Sequence

from scraper.selection.outline import Element

LONGEST_LABEL = 40  # characters
MOST_LOOKED_AT = 500  # elements of a table before its names have come
_CELLS = frozenset(("td", "th"))

Headings = Mapping[int, str]  # by the number of the column


def headings_of_all(records: Sequence[Sequence[Element]]) -> Iterator[list[Headings]]:
    """For each record those of each of its nodes; a record's further rows in one table have none."""
    known: dict[int, Headings] = {}
    for record in records:
        tables = [_table(node) for node in record]
        yield [
            {} if place and table is tables[0] else _of(table, known) for place, table in enumerate(tables)
        ]


def column_of(cell: Element) -> int:
    """Its number in its row, or -1."""
    beside = cell.parent.children if cell.parent is not None else ()
    return next((place for place, one in enumerate(beside) if one is cell), -1)


def _table(row: Element) -> Element | None:
    if row.tag not in {"tr", "tbody"}:
        return None
    return next((one for one in row.ancestors() if one.tag == "table"), None)


def _of(table: Element | None, known: dict[int, Headings]) -> Headings:
    if table is None:
        return {}
    if table.number not in known:
        known[table.number] = _read(table)
    return known[table.number]


def _read(table: Element) -> Headings:
    for seen, row in enumerate(table.descendants()):
        if seen > MOST_LOOKED_AT:
            break
        cells = [one for one in row.children if one.tag in _CELLS] if row.tag == "tr" else []
        in_head = row.parent is not None and row.parent.tag == "thead"
        if (in_head and cells) or (len(cells) > 1 and all(one.tag == "th" for one in cells)):
            return {place: one.text for place, one in enumerate(cells) if 0 < len(one.text) <= LONGEST_LABEL}
        if row.tag == "td":
            break
    return {}
