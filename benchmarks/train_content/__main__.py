"""Trains the content engine: `python -m benchmarks.train_content DATA [--evaluate] [--output FILE]`.

DATA holds `truth.jsonl` (id, url, page_type, main_content) and `html/<id>.html.gz`. `--evaluate` scores five
folds by host, each with models that saw no page of its hosts; without it the models are trained on all pages
and written.
Needs numpy, scipy, scikit-learn and lightgbm, which the engine itself does not.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.train_content.export import write
from benchmarks.train_content.forests import BlockTrainer
from benchmarks.train_content.lexicons import LexiconTrainer
from benchmarks.train_content.page_types import TypeTrainer
from benchmarks.train_content.pages import FOLDS, LabelledPage, load, score
from scraper.content.content import PageType
from scraper.content.decide import pick
from scraper.content.page_type import TYPES
from scraper.content.weights import FILE


def main() -> None:
    """Reads the pages, then evaluates or writes weights."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=Path)
    ask.add_argument("--evaluate", action="store_true")
    ask.add_argument("--output", type=Path, default=FILE)
    asked = ask.parse_args()
    pages = load(asked.data)
    types, lexicons = TypeTrainer(pages), LexiconTrainer(pages)
    blocks = BlockTrainer(pages, types, lexicons)
    if asked.evaluate:
        evaluate(pages, types, blocks)
        return
    first, second, _ = blocks.looks(None)
    write(asked.output, lexicons.fit(()), types.words(()), types.fit(()), (first, second))


def evaluate(pages: list[LabelledPage], types: TypeTrainer, blocks: BlockTrainer) -> None:
    """Prints F1 by page type, and how often the type is right; every page by models without its fold."""
    scores = np.zeros(len(pages))
    right = np.zeros(len(pages), bool)
    for fold in range(FOLDS):
        final = blocks.looks(fold)[2]
        own = np.flatnonzero(blocks.page_folds == fold)
        told_types = blocks.chances[(fold,)].argmax(1)
        right[own] = told_types[own] == types.truth[own]
        for place in own:
            told = TYPES[told_types[place]]
            scores[place] = page_score(pages[place], final[blocks.ends[place] : blocks.ends[place + 1]], told)
    for number, name in enumerate(TYPES):
        is_own = types.truth == number
        print(f"{name:14} {is_own.sum():5} pages  F1 {by_fold(scores, is_own, blocks.page_folds):.3f}")
    everything = np.ones(len(pages), bool)
    print(f"all {len(pages)} pages  F1 {by_fold(scores, everything, blocks.page_folds):.4f}")
    print(f"page type right {right.mean():.3f}")


def page_score(page: LabelledPage, final: np.ndarray, page_type: PageType) -> float:
    """The F1 of the blocks that these scores would keep."""
    chances = (1 / (1 + np.exp(-final))).tolist()
    choice = pick(chances, [block.text.count(" ") + 1 for block in page.found.blocks], page_type)
    return score(page, choice.keep)


def by_fold(scores: np.ndarray, chosen: np.ndarray, folds: np.ndarray) -> float:
    """The mean over the folds of the mean score in each."""
    return float(np.mean([scores[chosen & (folds == fold)].mean() for fold in range(FOLDS)]))


if __name__ == "__main__":
    main()
