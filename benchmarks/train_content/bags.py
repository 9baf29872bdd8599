"""Bags of words as sparse rows, with a vocabulary of words that several hosts use."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse


class Vocabulary:
    """Words that enough hosts use; rarer ones say more about a site than about pages."""

    def __init__(self, bags: Iterable[tuple[str, set[str]]], fewest_hosts: dict[str, int]) -> None:
        hosts: dict[str, set[str]] = defaultdict(set)
        for host, bag in bags:
            for word in bag:
                hosts[word].add(site(host))
        self.words = [word for word, seen in hosts.items() if len(seen) >= fewest_hosts.get(word[:2], 5)]
        self._places = {word: place for place, word in enumerate(self.words)}

    def rows(self, bags: Sequence[Iterable[str]]) -> sparse.csr_matrix:
        """One row per bag, counting words."""
        columns: list[int] = []
        ends = [0]
        for bag in bags:
            columns += [self._places[word] for word in bag if word in self._places]
            ends.append(len(columns))
        ones = np.ones(len(columns), np.float32)
        rows = sparse.csr_matrix(
            (ones, np.array(columns, np.int32), np.array(ends)), (len(bags), len(self.words))
        )
        rows.sum_duplicates()
        return rows


def site(host: str) -> str:
    """A host without its subdomains, near enough: many forums share one site."""
    return ".".join(host.split(".")[-2:])
