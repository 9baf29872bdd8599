"""How the records of a list are found again: a line that people can edit.

    ul.grid > li.tile
    main > h3 then p, div.more

The first part is CSS of what every record begins with, in document order; after `then` come the tags, perhaps
with a class, of the siblings that belong to it as well, up to where the next record begins.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from scraper.document import is_css
from scraper.selection.css_path import by_class, by_meaning
from scraper.selection.groups_lists import Nodes
from scraper.selection.groups_size import Sizes
from scraper.selection.outline import Element, Outline
from scraper.selection.stable import first_stable

THEN = " then "
MOST_LINES = 3
MOST_ROWS = 5_000
_SPARE = 1.5  # times the records that CSS may find, the others being placeholders and headings


def rows_of(outline: Outline, records: Sequence[Nodes]) -> tuple[str, ...]:
    """Lines that find the records of a list, the most lasting first."""
    if outline.root is None or any(one.parent is not row[0].parent for row in records for one in row):
        return ()
    root = outline.root.node
    heads = [record[0].node for record in records[:MOST_ROWS]]
    found = chain(by_meaning(root, heads), by_class(root, heads), _by_parents(outline, records))
    tail = dict.fromkeys(_simple(one) for record in records for one in record[1:])
    then = THEN + ", ".join(tail) if tail else ""
    return tuple(f"{css}{then}" for css in islice(dict.fromkeys(found), MOST_LINES))


def rows_at(outline: Outline, line: str) -> list[Nodes]:
    """The records that a line finds; those without anything to read are none."""
    css, _, then = line.partition(THEN)
    if outline.root is None or not is_css(css):
        return []
    unique = {node.mem_id: node for node in outline.root.node.css(css)}
    heads = [one for node in unique.values() if (one := outline.of(node)) is not None]
    heads.sort(key=lambda one: one.number)
    sizes = Sizes(outline.elements)
    tail = {one.strip() for one in then.split(",")} if then else set()
    rows = (_row(head, {one.number for one in heads}, tail) for head in heads[:MOST_ROWS])
    return [row for row in rows if not _is_blank(row, sizes)]


def _row(head: Element, heads: set[int], tail: set[str]) -> Nodes:
    if not tail or head.parent is None:
        return (head,)
    row = [head]
    siblings = head.parent.children
    for sibling in siblings[next(n for n, one in enumerate(siblings) if one is head) + 1 :]:
        if sibling.number in heads:
            break
        if _simple(sibling) in tail or sibling.tag in tail:
            row.append(sibling)
    return tuple(row)


def _is_blank(row: Nodes, sizes: Sizes) -> bool:
    """Nothing in it, or the headings of a table."""
    return all(sizes.is_empty(one) or _is_heading(one) for one in row)


def _is_heading(element: Element) -> bool:
    cells = element.children
    return element.tag == "tr" and len(cells) > 1 and all(one.tag == "th" for one in cells)


def _by_parents(outline: Outline, records: Sequence[Nodes]) -> Iterator[str]:
    """By what they stand in, where the records are not all that is found."""
    root = outline.root
    heads = {record[0].number for record in records}
    first = records[0][0]
    for steps in _steps(first):
        css = " > ".join(steps)
        found = {one.number for node in root.node.css(css) if (one := outline.of(node))} if root else set()
        if heads <= found and len(found) <= _SPARE * len(heads) + 1:
            yield css


def _steps(element: Element) -> Iterator[list[str]]:
    above = [_simple(element)]
    if element.tag != above[0]:
        yield above
    for one in islice(element.ancestors(), 6):
        above = [_simple(one), *above]
        yield above


def _simple(element: Element) -> str:
    name = first_stable(element.attributes.get("class"))
    return f"{element.tag}.{name}" if name else element.tag


def first_rows(outline: Outline, lines: Iterable[str]) -> tuple[str, list[Nodes]]:
    """The first line that finds records, with them."""
    for line in lines:
        if rows := rows_at(outline, line):
            return line, rows
    return "", []
