"""How many tokens a text has, learned from what the server counted."""

import math
import re

# characters per token, before the first count
START = {"latin": 2.0, "alphabet": 1.5, "wide": 1.0, "marks": 1.5}
# no vocabulary gets more out of prose; a bound for what was never counted, and one for what was
_MOST = {"latin": 6.8, "alphabet": 5.0, "wide": 3.0, "marks": 4.5}
_MUCH = {"latin": 5.6, "alphabet": 4.2, "wide": 2.2, "marks": 2.8}
_LEAST_LEARNED = 200  # characters: below, the chat template weighs too much
_BOUNDS = (0.3, 12.0)
_PLAUSIBLE_PART = 0.62  # of the calibrated estimate; a server that cuts leaves half a window
_CALIBRATED = 3
_BLANKS = re.compile(r"\s+")
_RULES = re.compile(r"([^\w\s])\1{3,}")
_KINDS = {
    "wide": re.compile(
        r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7af\uf900-\ufaff\U0001f000-\U0003ffff]+"
    ),
    "marks": re.compile(r"[!-@\[-`{-~\u2000-\u206f\u20a0-\u2bff]+"),
    "alphabet": re.compile(r"[\u0370-\u0dff\u10a0-\u10ff\u1200-\u137f]+"),
}


def characters(text: str) -> dict[str, int]:
    """The characters of a text by script; blanks in a row are one, and so are the dashes of a rule."""
    text = _RULES.sub(r"\1\1", _BLANKS.sub(" ", text))
    counts = {kind: sum(map(len, pattern.findall(text))) for kind, pattern in _KINDS.items()}
    return {**counts, "latin": len(text) - sum(counts.values())}


class Tokens:
    """The characters per token of one model, by script."""

    def __init__(self) -> None:
        self._ratios = dict(START)
        self._seen = 0
        self._margin = 1.0

    @property
    def ratios(self) -> dict[str, float]:
        """Characters per token, by script."""
        return dict(self._ratios)

    @property
    def is_calibrated(self) -> bool:
        """Whether enough was counted to believe it."""
        return self._seen >= _CALIBRATED

    def estimate(self, text: str) -> int:
        """Tokens that the text will hardly exceed: for packing."""
        likely = _sum(characters(text), self._ratios)
        return math.ceil(likely * max(self._margin, 1.05 if self.is_calibrated else 1.0))

    def least(self, text: str) -> int:
        """Tokens that the text must have; a server that counts fewer has not read all of it."""
        counts = characters(text)
        if not self.is_calibrated:
            return int(_sum(counts, _MOST))
        # What was counted may have been denser than this text, as codes are denser than prose.
        return int(min(_sum(counts, self._ratios) * _PLAUSIBLE_PART, _sum(counts, _MUCH)))

    def learn(self, text: str, tokens: int) -> None:
        """Takes in a count of the server for a text that it read whole."""
        counts = characters(text)
        if sum(counts.values()) < _LEAST_LEARNED or tokens < _sum(counts, _MOST):
            return
        parts = {kind: number / self._ratios[kind] for kind, number in counts.items()}
        likely = sum(parts.values())
        error = tokens / likely
        self._seen += 1
        # at most 2 % of an old surprise is forgotten with each new count
        self._margin = max(error, 1.0 + (self._margin - 1.0) * 0.98) if self._seen > 1 else 1.0
        weight = max(1.0 / self._seen, 0.2)
        for kind, part in parts.items():
            # a script that is half of the text or more takes all of the blame, others their share
            ratio = self._ratios[kind] * error ** (-weight * min(part / likely * 2, 1.0))
            self._ratios[kind] = min(max(ratio, _BOUNDS[0]), _BOUNDS[1])


def _sum(counts: dict[str, int], ratios: dict[str, float]) -> float:
    return sum(number / ratios[kind] for kind, number in counts.items())
