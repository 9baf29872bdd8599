"""Evaluates boosted trees with a few operations on long integers per row.

Every leaf of every tree is one bit of a long integer, 32 bits to a tree. A feature's value rules out the same
leaves wherever it lies between two neighbouring thresholds, so for each such interval the leaves that
stay possible are known beforehand. One row then costs a look-up and an AND per feature; the lowest
bit left in each tree is its leaf.
"""

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import reduce
from math import exp
from operator import and_, getitem

LEAVES = 32  # bits per tree: no tree may have more leaves


@dataclass(frozen=True, slots=True)
class Tree:
    """Node i asks `row[features[i]] <= thresholds[i]`; a child below zero is the leaf with number ~child."""

    features: Sequence[int]
    thresholds: Sequence[float]
    left: Sequence[int]
    right: Sequence[int]
    leaves: Sequence[float]


class Forest:
    """The sum of what many trees say of a row; `fixed` columns are equal in all rows of one page."""

    def __init__(self, trees: Sequence[Tree], fixed: Container[int] = ()) -> None:
        self._fixed = fixed
        self._fixed_rules: list[tuple[int, list[float], list[int]]] = []
        self._size = len(trees)
        self._columns: list[int] = []
        self._thresholds: list[list[float]] = []
        self._masks: list[list[int]] = []
        self._values: list[dict[int, float]] = []
        self._first = 0
        self._all = (1 << LEAVES * self._size) - 1
        for place in range(self._size):
            self._first |= 1 << LEAVES * place
        self._start = 0
        rules: dict[int, list[tuple[float, int]]] = {}
        for place, tree in enumerate(trees):
            self._add(place, tree, rules)
        self._rule(rules)

    def _add(self, place: int, tree: Tree, rules: dict[int, list[tuple[float, int]]]) -> None:
        """Numbers the leaves from left to right and notes what each node rules out when its answer is no."""
        shift = LEAVES * place
        values: dict[int, float] = {}
        waiting: list[tuple[int, int]] = [
            (0 if tree.features else -1, 0)
        ]  # (child, node whose left side ends here)
        spans: dict[int, int] = {}
        order: list[int] = []
        while waiting:
            child, state = waiting.pop()
            if child < 0:
                values[1 << len(values)] = tree.leaves[~child]
            elif state == 0:
                order.append(child)
                spans[child] = len(values)
                waiting.append((child, 1))
                waiting.append((tree.left[child], 0))
            else:
                low, high = spans[child], len(values)
                ruled_out = ((1 << high) - (1 << low)) << shift
                rules.setdefault(tree.features[child], []).append((tree.thresholds[child], ruled_out))
                waiting.append((tree.right[child], 0))
        self._start |= ((1 << len(values)) - 1) << shift
        self._values.append(values)

    def _rule(self, rules: dict[int, list[tuple[float, int]]]) -> None:
        for column in sorted(rules):
            thresholds: list[float] = []
            left = self._all
            masks = [left]
            for threshold, ruled_out in sorted(rules[column]):
                left &= ~ruled_out
                if thresholds and thresholds[-1] == threshold:
                    masks[-1] = left
                else:
                    thresholds.append(threshold)
                    masks.append(left)
            if column in self._fixed:
                self._fixed_rules.append((column, thresholds, masks))
                continue
            self._columns.append(column)
            self._thresholds.append(thresholds)
            self._masks.append(masks)

    def begin(self, row: Sequence[float]) -> int:
        """What the fixed columns leave possible, to be handed to `score` with every row."""
        left = self._start
        for column, thresholds, masks in self._fixed_rules:
            left &= masks[bisect_left(thresholds, row[column])]
        return left

    def score(self, row: Sequence[float], begun: int | None = None) -> float:
        """The sum of the leaves that this row falls into."""
        if begun is None:
            begun = self.begin(row)
        asked = map(row.__getitem__, self._columns)
        left = reduce(and_, map(getitem, self._masks, map(bisect_left, self._thresholds, asked)), begun)
        # In every 32 bits at once: x & -x, the lowest bit.
        lowest = left & ((left ^ self._all) + self._first)
        exits = memoryview(lowest.to_bytes(4 * self._size, "little")).cast("I")
        return sum(map(getitem, self._values, exits))


def chance(score: float) -> float:
    """A score on the logit scale as a probability."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, score))))
