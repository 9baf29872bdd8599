"""The pages that content is read from: labelled ones of a folder, or a few made by arithmetic."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import path_of, render

DEMO_PAGES = 100
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class AskedPage:
    """One page and, where it is labelled, its type and main text."""

    line: bytes  # as a reader is asked
    type: str
    truth: str | None


def labelled(folder: Path, every: int) -> Iterator[AskedPage]:
    """Every so-many-th page of a folder with `truth.jsonl` and `html/<id>.html.gz`."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as rows:
        for row in map(json.loads, list(rows)[::every]):
            packed = (folder / "html" / f"{row['id']}.html.gz").read_bytes()
            html = gzip.decompress(packed).decode("utf-8", "replace")
            yield AskedPage(_line(row["id"], row["url"], html), row["page_type"], row["main_content"] or "")


def demo() -> Iterator[AskedPage]:
    """Generated pages, which nobody labelled."""
    for number in range(DEMO_PAGES):
        url = f"http://pages.example{path_of(number)}"
        yield AskedPage(_line(str(number), url, render(number, DEMO_PAGES).decode()), "generated", None)


def _line(identity: str, url: str, html: str) -> bytes:
    return json.dumps({"id": identity, "url": url, "html": html}).encode() + b"\n"


def word_f1(found: str, truth: str) -> float:
    """How well the words of two texts agree, repetitions counted."""
    one, two = (Counter(_WORD.findall(text.lower())) for text in (found, truth))
    if not one or not two:
        return float(not one and not two)
    return 2 * (one & two).total() / (one.total() + two.total())
