"""Tables and charts as HTML."""

from collections.abc import Sequence

from analysis import wording
from analysis.exhibits import Exhibit, Table
from analysis.render_html_text import escape, paragraphs, table
from analysis.render_svg import svg


def exhibits(title: str, shown: Sequence[Exhibit]) -> str:
    """A section of them; empty when there are none."""
    if not shown:
        return ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{''.join(map(_exhibit, shown))}</section>\n"


def _exhibit(one: Exhibit) -> str:
    charts = "".join(f'<figure class="chart">{svg(chart)}</figure>\n' for chart in one.charts)
    tables = "".join(map(_table, one.tables))
    head = f"<h3>{escape(one.title)}</h3>\n{paragraphs(one.notes)}"
    return f'<article class="exhibit">\n{head}{charts}{tables}</article>\n'


def _table(one: Table) -> str:
    head = [(wording.column(column), column.is_number) for column in one.columns]
    rows = (
        [wording.cell(value, column) for value, column in zip(row, one.columns, strict=True)]
        for row in one.rows
    )
    query = (
        f"<details><summary>The query</summary><pre>{_as_written(one.sql)}</pre></details>\n"
        if one.sql
        else ""
    )
    return table(head, rows, one.title) + query


def _as_written(sql: str) -> str:
    return "\n".join(escape(line) for line in sql.strip().splitlines())
