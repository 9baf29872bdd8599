"""Writes kept blocks as Markdown: headings, lists, tables, code, quotes, links and images stay."""

from collections.abc import Callable, Iterable, Sequence

from scraper.content.blocks import Block, Element
from scraper.content.looks import CODE, LIST, QUOTE, TABLE

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
WRAPS = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`", "kbd": "`", "samp": "`", "tt": "`"}
# What opens and closes emphasis until `_tidy` has put it in its place.
WRAPPED = {tag: "\x02" + wrap for tag, wrap in WRAPS.items()} | {
    "/" + tag: "\x03" + wrap for tag, wrap in WRAPS.items()
}
CLIMB = 12  # how far up a list item or a table cell is looked for
CELL_CHARS = 400  # longer cells lay a page out, they are no table

Resolve = Callable[[str], str]


def inline(block: Block, resolve: Resolve) -> str:
    """One block's text with its links, images, code and emphasis."""
    if not block.marks:
        return block.text
    pieces: list[str] = []
    open_links: list[str] = []
    done = 0
    for place, kind, address in block.marks:
        if place > done:
            pieces += block.parts[done:place]
            done = place
        pieces.append(WRAPPED.get(kind) or _mark(kind, address, open_links, resolve))
    pieces += block.parts[done:]
    while open_links:
        pieces.append(_close(open_links))
    return _tidy(" ".join("".join(pieces).split()))


def _mark(kind: str, address: str, open_links: list[str], resolve: Resolve) -> str:
    if kind == "a":
        open_links.append(resolve(address))
        return "\x01" if open_links[-1] else ""
    if kind == "/a":
        return _close(open_links)
    source = resolve(address)
    return f"![{' '.join(kind[4:].split())}]({source})" if source else ""


def _close(open_links: list[str]) -> str:
    address = open_links.pop() if open_links else ""
    return f"\x04({address})" if address else ""


def _tidy(text: str) -> str:
    """Drops marks around nothing and moves blanks out of them."""
    if "\x02" in text or "\x03" in text:
        for wrap in ("**", "*", "`"):
            if wrap in text:
                text = text.replace(f"\x02{wrap} ", f" \x02{wrap}").replace(f" \x03{wrap}", f"\x03{wrap} ")
                text = text.replace(f"\x02{wrap}\x03{wrap}", "")
    elif "\x01" not in text and "\x04" not in text:
        return text
    text = text.replace("\x01 ", " \x01").replace(" \x04", "\x04")
    start = 0
    while (start := text.find("\x01\x04(", start)) >= 0:
        text = text[:start] + text[text.find(")", start) + 1 :]
    text = text.replace("\x01", "[").replace("\x02", "").replace("\x03", "").replace("\x04", "]")
    return " ".join(text.split())


def _nearest(element: Element, tags: tuple[str, ...]) -> Element | None:
    step: Element | None = element
    for _ in range(CLIMB):
        if step is None or step.tag in tags:
            return step
        step = step.parent
    return None


class Writer:
    """Lines up blocks one after another; remembers which list item and table row it is in."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._chunks: list[str] = []
        self._item: Element | None = None
        self._row: Element | None = None
        self._table: Element | None = None
        self._cells: dict[int, list[str]] = {}

    def add(self, block: Block) -> None:
        if block.more is None:
            self._add(block)
            return
        first = block.text.partition("\n")[0]
        self._add(Block(block.element, first, 0, 0, (), block.parts, block.marks))
        for element, text, parts, marks in block.more:
            self._add(Block(element, text, 0, 0, (), parts, marks))

    def _add(self, block: Block) -> None:
        cell = self._cell(block)
        if cell is not None:
            self._cells.setdefault(id(cell), []).append(inline(block, self._resolve).replace("|", "\\|"))
            return
        self._end_row()
        self._table = None
        element = block.element
        level = HEADINGS.get(element.tag, 0)
        if element.bits & CODE:
            self._put(f"```\n{block.text}\n```")
        elif level:
            self._put("#" * level + " " + inline(block, self._resolve))
        elif element.bits & LIST and (item := _nearest(element, ("li", "dd", "dt"))) is not None:
            self._put_item(item, inline(block, self._resolve))
        elif element.bits & QUOTE:
            self._put("> " + inline(block, self._resolve))
        else:
            self._put(inline(block, self._resolve))

    def picture(self, alt: str, source: str) -> None:
        """A picture that stands alone."""
        address = self._resolve(source)
        if address:
            self._end_row()
            self._put(f"![{' '.join(alt.split())}]({address})")

    def text(self) -> str:
        self._end_row()
        return "".join(self._chunks).strip("\n") + "\n" if self._chunks else ""

    def _put(self, line: str) -> None:
        self._item = None
        self._chunks.append("\n\n" + line)

    def _put_item(self, item: Element, line: str) -> None:
        depth = 0
        ordered = False
        step = item.parent
        for _ in range(CLIMB):
            if step is None:
                break
            if step.tag in ("ul", "ol", "dl", "menu"):
                ordered = ordered or (depth == 0 and step.tag == "ol")
                depth += 1
            step = step.parent
        margin = "  " * max(depth - 1, 0)
        if item is self._item:
            self._chunks.append(f"\n{margin}  {line}")
            return
        opening = "\n" if self._item is not None else "\n\n"
        self._chunks.append(f"{opening}{margin}{'1.' if ordered else '-'} {line}")
        self._item = item

    def _cell(self, block: Block) -> Element | None:
        """The table cell a block stands in, when the table holds data; begins a new row when needed."""
        if not block.element.bits & TABLE or len(block.text) > CELL_CHARS:
            return None
        cell = _nearest(block.element, ("td", "th"))
        row = cell.parent if cell is not None else None
        if cell is None or row is None or cell.last - cell.first > 4 or len(row.same or ()) < 1:
            return None
        if row is not self._row:
            self._end_row()
            self._row = row
        return cell

    def _end_row(self) -> None:
        row = self._row
        if row is None:
            return
        line = "| " + " | ".join(" ".join(cell) for cell in self._cells.values()) + " |"
        table = _nearest(row, ("table",))
        if table is not None and table is self._table:
            self._chunks.append("\n" + line)
        else:
            self._item = None
            self._chunks.append(f"\n\n{line}\n|{' --- |' * len(self._cells)}")
            self._table = table
        self._row = None
        self._cells = {}


def write(blocks: Iterable[tuple[Block, Sequence[tuple[str, str]]]], resolve: Resolve) -> str:
    """Blocks, each with the pictures (alternative text, source) before it, as one Markdown text."""
    writer = Writer(resolve)
    for block, pictures in blocks:
        for alt, source in pictures:
            writer.picture(alt, source)
        writer.add(block)
    return writer.text()
