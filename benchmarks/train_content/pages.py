"""Loads the labelled pages: `truth.jsonl` and `html/<id>.html.gz` of one folder."""

import gzip
import json
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.train_content.labels import label, words
from scraper.content.blocks import Blocks
from scraper.content.facts import Facts
from scraper.content.page_type import TYPES
from scraper.content.parts import read_parts
from scraper.document import Document

FOLDS = 5


@dataclass(slots=True)
class LabelledPage:
    """One page as the reader sees it, and what it should have kept."""

    id: str
    host: str
    fold: int
    type: int
    truth: Counter[str]
    found: Blocks
    facts: Facts
    labels: list[float]
    words: list[int]
    bags: list[Counter[str]]


def load(folder: Path) -> list[LabelledPage]:
    """Every page of the folder, in the order of its truth."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        return [_page(json.loads(line), folder) for line in lines]


def _page(row: dict[str, str], folder: Path) -> LabelledPage:
    html = gzip.decompress((folder / "html" / f"{row['id']}.html.gz").read_bytes()).decode("utf-8", "replace")
    parts = read_parts(Document(html), row["url"])
    host = urlsplit(row["url"]).hostname or ""
    texts = [block.text for block in parts.found.blocks]
    bags = [Counter(words(text)) for text in texts]
    return LabelledPage(
        row["id"], host, zlib.crc32(host.encode()) % FOLDS, TYPES.index(row["page_type"]),  # type: ignore[arg-type]
        Counter(words(row["main_content"] or "")), parts.found, parts.facts,
        label(texts, row["main_content"] or ""), [bag.total() for bag in bags], bags,
    )  # fmt: skip


def score(page: LabelledPage, keep: list[bool]) -> float:
    """The word F1 of a choice of blocks."""
    kept: Counter[str] = Counter()
    for bag, is_kept in zip(page.bags, keep, strict=True):
        if is_kept:
            kept.update(bag)
    if not page.truth or not kept:
        return 1.0 if not page.truth and not kept else 0.0
    common = (kept & page.truth).total()
    return 2 * common / (kept.total() + page.truth.total())
