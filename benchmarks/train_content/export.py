"""Writes trained models in the form that the package reads."""

import gzip
import json
from pathlib import Path
from typing import Any

import lightgbm

from scraper.content.lexicon import Lexicon
from scraper.content.typing_model import WordScores


def stored_trees(booster: lightgbm.Booster, of: int = 1, which: int = 0) -> list[dict[str, Any]]:
    """The trees of a model, or every so-many-th of one with several classes."""
    dumped = booster.dump_model()["tree_info"]
    return [_tree(one["tree_structure"]) for one in dumped[which::of]]


def _tree(root: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, list[Any]] = {"features": [], "thresholds": [], "left": [], "right": [], "leaves": []}
    _node(root, tree)
    return tree


def _node(node: dict[str, Any], tree: dict[str, list[Any]]) -> int:
    """Adds a node and what is below it; its number, or ~number for a leaf."""
    if "split_feature" not in node:
        tree["leaves"].append(round(float(node["leaf_value"]), 5))
        return ~(len(tree["leaves"]) - 1)
    assert node["decision_type"] == "<="
    place = len(tree["features"])
    tree["features"].append(node["split_feature"])
    tree["thresholds"].append(float(f"{node['threshold']:.6g}"))
    tree["left"].append(0)
    tree["right"].append(0)
    tree["left"][place] = _node(node["left_child"], tree)
    tree["right"][place] = _node(node["right_child"], tree)
    return place


def write(
    path: Path,
    lexicon: Lexicon,
    words: list[WordScores],
    types: lightgbm.Booster,
    looks: tuple[lightgbm.Booster, lightgbm.Booster],
) -> None:
    """One compressed file with everything that was learned; equal models give equal bytes."""
    data = {
        "credit": "Learned from WCXB by Murrough Foley, 2026, CC BY 4.0",
        "names": _table(lexicon.names),
        "text": _table(lexicon.text),
        "words": [{"start": one.start, **_table(one.weights)} for one in words],
        "types": [stored_trees(types, len(words[0].start), which) for which in range(len(words[0].start))],
        "first": stored_trees(looks[0]),
        "second": stored_trees(looks[1]),
    }
    packed = json.dumps(data, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
    path.write_bytes(gzip.compress(packed, 9, mtime=0))


def _table(weights: dict[str, Any]) -> dict[str, list[Any]]:
    return {"words": list(weights), "weights": list(weights.values())}
