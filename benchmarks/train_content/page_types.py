"""Trains the page type: linear word scores first, then trees over them and the page's counts."""

import itertools

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.train_content.bags import Vocabulary
from benchmarks.train_content.pages import FOLDS, LabelledPage
from scraper.content.lexicon import Lexicon
from scraper.content.measure import Measures
from scraper.content.page_type import TYPES, declared_words, inner_words, page_row
from scraper.content.typing_model import WordScores

SETTINGS = {
    "objective": "multiclass", "num_class": len(TYPES), "learning_rate": 0.06, "num_leaves": 8,
    "min_data_in_leaf": 12, "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1,
    "lambda_l2": 3, "num_threads": 1, "verbose": -1, "seed": 1,
}  # fmt: skip
ROUNDS = 100
MOST_WORDS = 2_500  # of each vocabulary, the heaviest


class TypeTrainer:
    """Fits page types on chosen folds of one set of pages."""

    def __init__(self, pages: list[LabelledPage]) -> None:
        self.truth = np.array([page.type for page in pages])
        self._folds = np.array([page.fold for page in pages])
        declared = [declared_words(page.facts) for page in pages]
        inner = [inner_words(page.found) for page in pages]
        hosts = [page.host for page in pages]
        self._vocabularies = [Vocabulary(zip(hosts, bags, strict=True), {}) for bags in (declared, inner)]
        self._rows = [
            vocabulary.rows([sorted(bag) for bag in bags])
            for vocabulary, bags in zip(self._vocabularies, (declared, inner), strict=True)
        ]
        empty = Lexicon()
        self._counts = np.array([page_row(p.found, p.facts, Measures(p.found, empty)) for p in pages])
        self._linear: dict[tuple[int, ...], np.ndarray] = {}

    def words(self, without: tuple[int, ...]) -> list[WordScores]:
        """Word scores of declared and of inner words, rounded and cut to the heaviest."""
        chosen = ~np.isin(self._folds, without)
        found = []
        for vocabulary, rows, strength in zip(self._vocabularies, self._rows, (0.1, 0.02), strict=True):
            model = LogisticRegression(C=strength, max_iter=200)
            model.fit(rows[chosen], self.truth[chosen])
            heaviest = np.argsort(-np.abs(model.coef_).max(0))[:MOST_WORDS]
            weights = {vocabulary.words[i]: [round(float(w), 2) for w in model.coef_[:, i]] for i in heaviest}
            found.append(WordScores([float(one) for one in model.intercept_], weights))
        return found

    def linear(self, without: tuple[int, ...]) -> np.ndarray:
        """What the words alone say of every page."""
        if without not in self._linear:
            scores = []
            for vocabulary, rows, one in zip(
                self._vocabularies, self._rows, self.words(without), strict=True
            ):
                none = [0.0] * len(TYPES)
                table = np.array([one.weights.get(word, none) for word in vocabulary.words])
                scores.append(rows @ table + np.array(one.start))
            self._linear[without] = np.hstack(scores)
        return self._linear[without]

    def fit(self, without: tuple[int, ...]) -> lightgbm.Booster:
        """Trees that saw no page of these folds, over word scores by models that did not see the page."""
        rows = np.zeros((len(self.truth), 2 * len(TYPES) + self._counts.shape[1]))
        for fold in range(FOLDS):
            own = self._folds == fold
            rows[own] = self.rows(tuple(sorted({*without, fold})))[own]
        chosen = ~np.isin(self._folds, without)
        return lightgbm.train(SETTINGS, lightgbm.Dataset(rows[chosen], self.truth[chosen]), ROUNDS)

    def rows(self, without: tuple[int, ...]) -> np.ndarray:
        """The columns that the trees ask for."""
        return np.hstack([self.linear(without), self._counts])

    def chances(self, without: tuple[int, ...]) -> np.ndarray:
        """The chance of each type for every page, by a model without these folds."""
        return np.asarray(self.fit(without).predict(self.rows(without)))


def all_chances(trainer: TypeTrainer) -> dict[tuple[int, ...], np.ndarray]:
    """Chances by models without one fold and without two."""
    found = {}
    for size in (1, 2):
        for without in itertools.combinations(range(FOLDS), size):
            found[without] = trainer.chances(without)
    return found
