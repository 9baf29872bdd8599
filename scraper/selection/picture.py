"""Draws the lists of a page and the fields that were read in it: HTML that stands in a larger picture."""

from collections.abc import Iterable, Sequence
from html import escape

from scraper.selection.explain import Explained, RunnerUp
from scraper.selection.found import Source, Value
from scraper.selection.groups import Group
from scraper.selection.groups_lists import Nodes

MOST_LISTS = 20
MOST_RECORDS = 200  # of a list, and of what was read
LONGEST = 300  # characters of a text

_STYLE = """<style>
table{border-collapse:collapse;margin:.5rem 0}
td,th{border:1px solid #8886;padding:.15rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
mark{background:#ffd33d88;color:inherit}
.r{border-left:.4rem solid #0969da;background:#0969da18;margin:.2rem 0;padding:.15rem .6rem}
.x{opacity:.75}code{font:12px ui-monospace,monospace;opacity:.75}summary{cursor:pointer;font-weight:600}
</style>"""


def fields_and_lists(explained: Sequence[Explained], groups: Sequence[Group]) -> str:
    """What was read with its sources marked, then the lists of the page, the main one first."""
    lists = "".join(_list(place, one.records) for place, one in enumerate(groups[:MOST_LISTS], start=1))
    return _STYLE + "".join(map(_record, explained)) + lists


def _record(one: Explained) -> str:
    rows = "".join(
        f"<tr><th colspan=4>{escape(one.wanted.record)} {ordinal + 1}</th></tr>"
        + "".join(_value(name, value) for name, found in reading.values.items() for value in _each(found))
        for ordinal, reading in enumerate(one.records[:MOST_RECORDS])
    )
    beaten = "".join(_beaten(name, of) for name, of in one.runners_up.items() if of)
    count = len(one.records)
    return (
        f"<h2>{escape(one.wanted.record)}: {count} {'record' if count == 1 else 'records'}, "
        f"{one.confidence:.0%} sure</h2>"
        f"<table><tr><th>field</th><th>value</th><th>how</th><th>where</th></tr>{rows}</table>"
        f"<details><summary>not taken</summary><table>{beaten}</table></details>\n"
    )


def _each(found: Value | tuple[Value, ...]) -> Iterable[Value]:
    return [found] if isinstance(found, Value) else found


def _value(name: str, value: Value) -> str:
    source = value.source
    return (
        f"<tr><td>{escape(name)}</td><td><mark>{escape(_short(str(value.value)))}</mark></td>"
        f"<td>{source.how} {value.confidence:.2f}</td><td>{_where(source)}</td></tr>"
    )


def _where(source: Source) -> str:
    place = source.path + (f"/@{source.attribute}" if source.attribute else "") + source.inside
    return f"<q>{escape(_short(source.text))}</q> <code>{escape(place)} {source.start}–{source.end}</code>"


def _beaten(name: str, runners_up: Sequence[RunnerUp]) -> str:
    return "".join(
        f'<tr class="x"><td>{escape(name)}</td><td>{escape(_short(str(one.choice.value.value)))}</td>'
        f"<td>{escape(one.why_not)}</td><td>{_where(one.choice.value.source)}</td></tr>"
        for one in runners_up
    )


def _list(place: int, records: Sequence[Nodes]) -> str:
    rows = "".join(
        f'<div class="r">{escape(_short(text))} <code>{escape(record[0].path)}</code></div>'
        for record in records[:MOST_RECORDS]
        if (text := " ".join(one.text for one in record)) or True
    )
    is_open = " open" if place == 1 else ""
    return f"<details{is_open}><summary>list {place}: {len(records)} records</summary>{rows}</details>\n"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
