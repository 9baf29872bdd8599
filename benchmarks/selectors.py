"""What known selectors cost on real pages: python -m benchmarks.selectors [FOLDER]

Every page of a folder of `*.html` or `*.html.gz` (generated pages without one) gets selectors for six of its
own elements, and is then read with them. Milliseconds of processor time, beyond the parse.
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from benchmarks.content_pages import demo
from scraper.document import Document
from scraper.selection.evaluate import Spot
from scraper.selection.knowledge import Knowledge, KnownField, digest_of
from scraper.selection.known_host import KnownHost, is_by_place
from scraper.selection.nodes import Node, text_of
from scraper.selection.read_known import read_known
from scraper.selection.synthesis import synthesise
from scraper.selection.value import NOWHERE
from scraper.selection.wanted import Field, Kind, Wanted

FIELDS = 6
REPEATED = 5
MOST_TRIED = 150  # elements of one page
LONGEST = 80  # characters of a value
MOST_MS = 3.0
_WANTED = Wanted("thing", tuple(Field(f"field_{number}", Kind.TEXT) for number in range(FIELDS)))


def pages(folder: Path | None) -> Iterator[str]:
    """The texts of the pages."""
    if folder is None:
        yield from (json.loads(page.line)["html"] for page in demo())
        return
    for path in sorted(folder.glob("*.html*")):
        body = path.read_bytes()
        yield (gzip.decompress(body) if path.suffix == ".gz" else body).decode("utf-8", "replace")


def lines_for(root: Node, chance: random.Random) -> list[str]:
    """Selectors for some of a page's elements, each the first of its alternatives."""
    elements = [node for node in root.css("body *") if node.first_child is not None]
    chance.shuffle(elements)
    found: list[str] = []
    for node in elements[:MOST_TRIED]:
        text = text_of(node)
        if not 0 < len(text) <= LONGEST:
            continue
        made = synthesise(root, [Spot(node, "", text, 0, len(text))], lambda spots: len(spots) == 1)
        if made and not is_by_place(str(made[0])):
            found.append(str(made[0]))
        if len(found) == FIELDS:
            break
    return found


def milliseconds(work: Callable[[], object]) -> float:
    work()
    before = time.process_time()
    for _ in range(REPEATED):
        work()
    return (time.process_time() - before) * 1000 / REPEATED


def measured(html: str, chance: random.Random) -> tuple[float, float] | None:
    """Finding the page's template, and reading it; None where it has no six elements to point at."""
    root = Document(html).tree.root
    lines = lines_for(root, chance)
    if len(lines) < FIELDS:
        return None
    fields = tuple(
        KnownField("t", _WANTED.record, field.name, digest_of(field), promoted=(line,))
        for field, line in zip(_WANTED.fields, lines, strict=True)
    )
    host = KnownHost(Knowledge("a.test", 1, (), fields))
    about = host.fields("t", _WANTED)
    place = milliseconds(lambda: host.place(root, "http://a.test/p/1"))
    return place, milliseconds(lambda: read_known(root, _WANTED.fields, about, NOWHERE))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selectors", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    chance = random.Random(1)
    found = [one for html in pages(parser.parse_args().folder) if (one := measured(html, chance))]
    for name, times in zip(
        ("template", "six fields", "both"), (*zip(*found, strict=True), map(sum, found)), strict=True
    ):
        ordered = list(times)
        print(f"{name:12} median {median(ordered):5.2f} ms   p95 {quantiles(ordered, n=20)[-1]:5.2f} ms")
    return int(median(map(sum, found)) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
