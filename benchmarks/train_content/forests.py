"""Trains the two looks at blocks: a short forest, and one that also sees what the first thought nearby."""

import itertools
from dataclasses import dataclass

import lightgbm
import numpy as np

from benchmarks.train_content.lexicons import LexiconTrainer
from benchmarks.train_content.page_types import TypeTrainer, all_chances
from benchmarks.train_content.pages import FOLDS, LabelledPage
from scraper.content.context import CONTEXT_FEATURES, context_rows
from scraper.content.decide import CERTAIN, SURE
from scraper.content.describe import FEATURES, Describer
from scraper.content.lexicon import Lexicon
from scraper.content.measure import Measures

SETTINGS = {
    "objective": "cross_entropy", "min_data_in_leaf": 60, "feature_fraction": 0.3,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5, "max_bin": 63, "min_sum_hessian_in_leaf": 1,
    "num_threads": 1, "verbose": -1, "seed": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How one look is trained: every column that its trees ask for costs time on every block."""

    learning_rate: float
    leaves: int
    trees: int
    columns: int


FIRST = Look(0.16, 24, 24, 40)
SECOND = Look(0.1, 32, 64, 64)


class BlockTrainer:
    """Fits both looks, everything that a model sees made by models that did not see the page."""

    def __init__(self, pages: list[LabelledPage], types: TypeTrainer, lexicons: LexiconTrainer) -> None:
        self.pages = pages
        self._lexicons = lexicons
        self.counts = [len(page.labels) for page in pages]
        self.ends = np.concatenate([[0], np.cumsum(self.counts)])
        self.page_folds = np.array([page.fold for page in pages])
        self.folds = np.repeat(self.page_folds, self.counts)
        self.labels = np.concatenate([np.array(page.labels) for page in pages])
        self.weights = np.concatenate([_weights(page) for page in pages])
        self.weights /= self.weights.mean()
        self.chances = all_chances(types)
        self._rows: dict[tuple[int, ...], np.ndarray] = {}
        self._describe_all()

    def _describe_all(self) -> None:
        """Rows of every page by lexicons without its fold, and without its fold and one more."""
        shape = (int(self.ends[-1]), len(FEATURES))
        for size in (1, 2):
            for without in itertools.combinations(range(FOLDS), size):
                rows = np.zeros(shape, np.float32)
                lexicon = self._lexicons.fit(without)
                for fold in without:
                    self._describe(rows, fold, lexicon, self.chances[without])
                self._rows[without] = rows

    def _describe(self, rows: np.ndarray, fold: int, lexicon: Lexicon, chances: np.ndarray) -> None:
        for place in np.flatnonzero(self.page_folds == fold):
            page = self.pages[place]
            if page.labels:
                measures = Measures(page.found, lexicon)
                made = Describer(measures, lexicon).rows([float(c) for c in chances[place]])
                rows[self.ends[place] : self.ends[place + 1]] = made

    def rows(self, without: int | None) -> np.ndarray:
        """Training rows that know nothing of one fold, test rows of that fold."""
        shape = (int(self.ends[-1]), len(FEATURES))
        rows = np.zeros(shape, np.float32)
        for fold in range(FOLDS):
            own = self.folds == fold
            key = (fold,) if without in (None, fold) else tuple(sorted((fold, without)))
            rows[own] = self._rows[key][own]
        return rows

    def context(self, scores: np.ndarray) -> np.ndarray:
        """What the first look's scores look like around every block."""
        rows = np.zeros((int(self.ends[-1]), len(CONTEXT_FEATURES)), np.float32)
        chances = 1 / (1 + np.exp(-scores))
        for place, page in enumerate(self.pages):
            first, last = self.ends[place], self.ends[place + 1]
            if last > first:
                counts = [block.text.count(" ") + 1 for block in page.found.blocks]
                own = chances[first:last].tolist()
                rows[first:last] = context_rows(page.found.blocks, counts, own, range(len(own)))
        return rows

    def fit(self, rows: np.ndarray, chosen: np.ndarray, look: Look) -> lightgbm.Booster:
        """Trees over chosen rows that ask only for the columns that helped most in a trial."""
        settings = SETTINGS | {"learning_rate": look.learning_rate, "num_leaves": look.leaves}
        values, labels, weights = rows[chosen], self.labels[chosen], self.weights[chosen]
        trial = lightgbm.train(
            settings, lightgbm.Dataset(values, labels, weight=weights), max(look.trees // 2, 20)
        )
        gains = trial.feature_importance("gain")
        is_used = np.zeros(len(gains), int)
        is_used[np.argsort(-gains)[: look.columns]] = 1
        settings["feature_contri"] = is_used.tolist()
        settings["feature_fraction"] = 0.5
        return lightgbm.train(settings, lightgbm.Dataset(values, labels, weight=weights), look.trees)

    def looks(self, without: int | None) -> tuple[lightgbm.Booster, lightgbm.Booster, np.ndarray]:
        """Both looks, trained without one fold or on all, and the final score of every block."""
        rows = self.rows(without)
        scores = np.zeros(len(self.labels))
        seen = self.folds != without if without is not None else np.ones(len(self.folds), bool)
        for fold in range(FOLDS):
            if fold != without:
                inner = self.fit(rows, seen & (self.folds != fold), FIRST)
                own = self.folds == fold
                scores[own] = inner.predict(rows[own], raw_score=True)
        first = self.fit(rows, seen, FIRST)
        if without is not None:
            scores[~seen] = first.predict(rows[~seen], raw_score=True)
        rows = np.hstack([rows, self.context(scores)])
        unsure = scores >= SURE
        second = self.fit(rows, seen & unsure, SECOND)
        unsure &= scores < CERTAIN  # what is surely content teaches the second look, too
        final = scores.copy()
        final[unsure] = second.predict(rows[unsure], raw_score=True)
        return first, second, final


def _weights(page: LabelledPage) -> np.ndarray:
    """Every page counts alike; in it a block counts by its words against those of the truth."""
    words = np.array(page.words, float)
    truth = float((words * np.array(page.labels)).sum())
    return np.minimum((words + 0.5) / (truth + 60), 1.0)
