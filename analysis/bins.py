"""Edges of histograms that people can read."""

import math

MOST_BINS = 12


def edges(least: float, most: float, whole: bool = False) -> list[float]:
    """Steps of 1, 2 or 5 times a power of ten, from below the least to above the most."""
    span = most - least
    if span <= 0:
        return [least, least + 1]
    raw = span / MOST_BINS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    step = max(step, 1.0) if whole else step
    first, last = math.floor(least / step), math.floor(most / step) + 1
    return [round(step * place, 10) for place in range(first, last + 1)]
