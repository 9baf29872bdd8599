"""Charts as inline SVG: said in words too, coloured by the style of the page, no text that is markup."""

from collections.abc import Iterator, Sequence

from analysis import wording
from analysis.exhibits import Chart, ChartKind
from analysis.render_html_text import escape

WIDTH = 520
PLOT = 170  # height of histograms and lines
ROW = 26  # height of a bar
LEFT, RIGHT, TOP, BELOW = 54, 12, 12, 30
LABEL = 160  # width of the labels of bars
LONGEST_LABEL = 22  # characters


def svg(chart: Chart) -> str:
    """The drawing."""
    draw = {ChartKind.BAR: _bars, ChartKind.HISTOGRAM: _histogram, ChartKind.LINE: _lines}[chart.kind]
    height, shapes = draw(chart)
    unit = f" ({chart.unit})" if chart.unit else ""
    return (
        f"<figcaption>{escape(chart.title + unit)}</figcaption>\n"
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img"><title>{escape(chart.title)}</title>'
        f"<desc>{escape(chart.description)}</desc>{''.join(shapes)}</svg>\n"
    )


def _bars(chart: Chart) -> tuple[int, Iterator[str]]:
    return TOP + ROW * len(chart.labels) + 4, _bar_shapes(chart)


def _bar_shapes(chart: Chart) -> Iterator[str]:
    values = [value or 0 for value in chart.series[0].values]
    room = WIDTH - LABEL - RIGHT - 60
    most = max([*values, 0]) or 1
    for place, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        top = TOP + ROW * place
        width = max(1.0, room * value / most)
        yield _text(LABEL - 8, top + 17, _short(label), "end")
        yield f'<rect class="s0" x="{LABEL}" y="{top + 4}" width="{width:.1f}" height="{ROW - 8}" rx="2"/>'
        yield _text(LABEL + width + 6, top + 17, wording.number(value), "start", "value")


def _histogram(chart: Chart) -> tuple[int, Iterator[str]]:
    return TOP + PLOT + BELOW, _bin_shapes(chart)


def _bin_shapes(chart: Chart) -> Iterator[str]:
    values = [value or 0 for value in chart.series[0].values]
    most = max([*values, 0]) or 1
    yield from _frame(0, most)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    for place, value in enumerate(values):
        height = PLOT * value / most
        yield (
            f'<rect class="s0" x="{LEFT + step * place + 1:.1f}" y="{TOP + PLOT - height:.1f}" '
            f'width="{step - 2:.1f}" height="{height:.1f}"/>'
        )
    yield from _under(chart.labels, step)


def _lines(chart: Chart) -> tuple[int, Iterator[str]]:
    legend = 22 if len(chart.series) > 1 else 0
    return TOP + PLOT + BELOW + legend, _line_shapes(chart)


def _line_shapes(chart: Chart) -> Iterator[str]:
    known = [value for one in chart.series for value in one.values if value is not None]
    least, most = min([*known, 0]), max([*known, 0]) or 1
    yield from _frame(least, most)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(chart.labels) - 1)
    scale = PLOT / (most - least or 1)
    for number, one in enumerate(chart.series):
        points = [
            (LEFT + step * place, TOP + PLOT - scale * (value - least))
            for place, value in enumerate(one.values)
            if value is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline class="l{number % 4}" points="{path}"/>'
        yield from (f'<circle class="s{number % 4}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points)
    yield from _under(chart.labels, step)
    if len(chart.series) > 1:
        yield from _legend([one.name for one in chart.series])


def _legend(names: Sequence[str]) -> Iterator[str]:
    room = (WIDTH - LEFT) / len(names)
    for place, name in enumerate(names):
        left = LEFT + room * place
        top = TOP + PLOT + BELOW
        yield f'<rect class="s{place % 4}" x="{left:.1f}" y="{top + 4}" width="12" height="12" rx="2"/>'
        yield _text(left + 18, top + 15, _short(name), "start")


def _frame(least: float, most: float) -> Iterator[str]:
    """Lines at the bottom, the middle and the top, with what they stand for."""
    for share in (0, 0.5, 1):
        height = TOP + PLOT * (1 - share)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}"/>'
        yield _text(LEFT - 8, height + 4, wording.number(least + (most - least) * share), "end")


def _under(labels: Sequence[str], step: float) -> Iterator[str]:
    """As many labels as have room, the first and the last among them."""
    every = max(1, -(-len(labels) // 7))
    for place, label in enumerate(labels):
        if place % every == 0 or place == len(labels) - 1:
            last = place == len(labels) - 1
            anchor = "start" if place == 0 else "end" if last else "middle"
            if last and place % every and place % every < every:
                continue
            yield _text(LEFT + step * place, TOP + PLOT + 20, _short(label, 12), anchor)


def _short(label: str, longest: int = LONGEST_LABEL) -> str:
    shown = wording.visible(label)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
