"""The word lists of the gates."""

import tomllib
from pathlib import Path

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

NEGATIONS: frozenset[str] = frozenset(_LISTS["negations"].split())
NUMBER_WORDS: dict[str, int] = {
    word: int(value) for word, value in (pair.split("=") for pair in _LISTS["numbers"].split())
}
MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(_LISTS["months"], start=1) for name in names.split()
}
UNITS: dict[str, str] = dict(pair.split("=") for pair in _LISTS["units"].split())
# Pairs of word lists that mean the opposite of each other.
OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(one.split()), frozenset(other.split())) for one, other in _LISTS["opposites"]
)
