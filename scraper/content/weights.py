"""The learned weights: written by training, read once per process."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from scraper.content.context import CONTEXT_FEATURES
from scraper.content.describe import FEATURES
from scraper.content.lexicon import Lexicon
from scraper.content.trees import Forest, Tree
from scraper.content.typing_model import TypeModel, WordScores

# The columns of both looks that say something of the page, not of the block.
FIXED = frozenset(
    place
    for place, name in enumerate(FEATURES + CONTEXT_FEATURES)
    if name.startswith(("page", "type")) or name in {"highest", "limit", "expected"}
)
FILE = Path(__file__).with_name("weights.json.gz")


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that was learned."""

    lexicon: Lexicon
    types: TypeModel
    first: Forest
    second: Forest


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
    types = TypeModel(declared, inner, [Forest(trees(one)) for one in data["types"]])
    return Weights(lexicon, types, Forest(trees(data["first"]), FIXED), Forest(trees(data["second"]), FIXED))


def _table(stored: dict[str, list[Any]]) -> dict[str, Any]:
    return dict(zip(stored["words"], stored["weights"], strict=True))


def trees(stored: Sequence[dict[str, Any]]) -> list[Tree]:
    """Trees from their stored form."""
    return [
        Tree(one["features"], one["thresholds"], one["left"], one["right"], one["leaves"]) for one in stored
    ]
