"""The learned weights: written by training, read once per process."""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from scraper.content.context import CONTEXT_FEATURES
from scraper.content.describe import FEATURES
from scraper.content.lexicon import Lexicon
from scraper.content.page_type import COUNTS
from scraper.content.trees import Tree, compiled
from scraper.content.typing_model import TypeModel, WordScores

FILE = Path(__file__).with_name("weights.json.gz")


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that was learned."""

    lexicon: Lexicon
    types: TypeModel
    first: Callable[..., float]
    second: Callable[..., float]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights that ship with this package."""
    return unpack(json.loads(gzip.decompress(FILE.read_bytes())))


def unpack(data: dict[str, Any]) -> Weights:
    """Weights from their stored form."""
    names = {word: tuple(weights) for word, weights in _table(data["names"]).items()}
    lexicon = Lexicon(names, _table(data["text"]))
    declared, inner = (
        WordScores(scores["start"], dict(zip(scores["words"], scores["weights"], strict=True)))
        for scores in data["words"]
    )
    columns = 2 * len(declared.start) + COUNTS
    types = TypeModel(declared, inner, [compiled(trees(one), columns) for one in data["types"]])
    first = compiled(trees(data["first"]), len(FEATURES))
    second = compiled(trees(data["second"]), len(FEATURES) + len(CONTEXT_FEATURES))
    return Weights(lexicon, types, first, second)


def _table(stored: dict[str, list[Any]]) -> dict[str, Any]:
    return dict(zip(stored["words"], stored["weights"], strict=True))


def trees(stored: Sequence[dict[str, Any]]) -> list[Tree]:
    """Trees from their stored form."""
    return [
        Tree(one["features"], one["thresholds"], one["left"], one["right"], one["leaves"]) for one in stored
    ]
