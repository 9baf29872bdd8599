"""Trains the lexicon: how much class names and short texts speak for main content."""

from collections import defaultdict

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from benchmarks.train_content.bags import Vocabulary
from benchmarks.train_content.pages import LabelledPage
from scraper.content.blocks import Block, Element
from scraper.content.lexicon import Lexicon, first_words, name_words, text_words

FEWEST_HOSTS = {"n:": 4, "b:": 4, "f:": 4, "t:": 8}
PLACES = ("n:", "b:", "f:")
SMALLEST = 0.02  # lighter words are left out


class LexiconTrainer:
    """Fits lexicons on chosen folds of one set of pages."""

    def __init__(self, pages: list[LabelledPage]) -> None:
        bags = [[block_bag(block) for block in page.found.blocks] for page in pages]
        self._vocabulary = Vocabulary(
            ((page.host, set().union(*own)) for page, own in zip(pages, bags, strict=True)), FEWEST_HOSTS
        )
        self._rows: sparse.csr_matrix = self._vocabulary.rows([bag for own in bags for bag in own])
        self._folds = np.repeat([page.fold for page in pages], [len(page.labels) for page in pages])
        self._is_main = np.concatenate([np.array(page.labels) for page in pages]) > 0.5
        weights = [np.log1p(page.words) / np.sqrt(np.log1p(page.words).sum() + 5) for page in pages]
        self._weights = np.concatenate(weights)
        self._weights /= self._weights.mean()

    def fit(self, without: tuple[int, ...]) -> Lexicon:
        """The lexicon of all pages outside of these folds."""
        chosen = ~np.isin(self._folds, without)
        model = LogisticRegression(C=0.02, max_iter=60, tol=1e-3)
        model.fit(self._rows[chosen], self._is_main[chosen], sample_weight=self._weights[chosen])
        names: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        text: dict[str, float] = {}
        for word, weight in zip(self._vocabulary.words, model.coef_[0], strict=True):
            if abs(weight) < SMALLEST:
                continue
            if word.startswith("t:"):
                text[word[2:]] = round(float(weight), 2)
            else:
                names[word[2:]][PLACES.index(word[:2])] = round(float(weight), 2)
        return Lexicon({word: (near, beside, far) for word, (near, beside, far) in names.items()}, text)


def block_bag(block: Block) -> list[str]:
    """The words of a block, each with the place that it is weighed in."""
    element: Element | None = block.element
    bag = ["n:" + word for word in _words(block.element)]
    for names in block.names:
        bag += ["n:" + word for word in ("<", *name_words(names))]
    bag += ["t:" + word for word in text_words(first_words(block.text))]
    steps = 0
    while element is not None and (element := element.parent) is not None:
        bag += [("b:" if steps < 2 else "f:") + word for word in _words(element)]
        steps += 1
    return bag


def _words(element: Element) -> tuple[str, ...]:
    return ("<" + element.tag, *name_words(element.names))
