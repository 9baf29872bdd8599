"""Compiled trees answer as trees do."""

import random

from scraper.content.trees import Tree, compiled


def random_tree(dice: random.Random, leaves: int, columns: int) -> Tree:
    features: list[int] = []
    thresholds: list[float] = []
    left: list[int] = []
    right: list[int] = []
    values: list[float] = []

    def grow(size: int) -> int:
        if size == 1:
            values.append(dice.uniform(-1, 1))
            return ~(len(values) - 1)
        place = len(features)
        features.append(dice.randrange(columns))
        thresholds.append(dice.choice([0.0, 0.5, 1.0, 2.0]))
        left.append(0)
        right.append(0)
        part = dice.randrange(1, size)
        left[place] = grow(part)
        right[place] = grow(size - part)
        return place

    grow(leaves)
    return Tree(features, thresholds, left, right, values)


def walked(tree: Tree, row: list[float]) -> float:
    node = 0 if tree.features else -1
    while node >= 0:
        node = tree.left[node] if row[tree.features[node]] <= tree.thresholds[node] else tree.right[node]
    return tree.leaves[~node]


def test_a_forest_says_what_its_trees_say() -> None:
    dice = random.Random(5)
    trees = [random_tree(dice, leaves, 6) for leaves in (1, 2, 3, 17, 31, 32, 32)]
    score = compiled(trees, 6)

    for _ in range(300):
        row = [dice.choice([-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]) for _ in range(6)]
        assert abs(score(*row) - sum(walked(tree, row) for tree in trees)) < 1e-9


def test_no_trees_say_nothing() -> None:
    assert compiled([], 2)(1.0, 2.0) == 0.0
