"""Reads the lists of words that ship beside the code: a name, and indented below it what belongs to it."""

from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def word_lists(file: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each name with its phrases, divided by |, and with the plain words of its lines after =."""
    name = ""
    phrases: list[str] = []
    words: list[str] = []
    for line in (_HERE / file).read_text(encoding="utf-8").splitlines():
        if line[:1] == "#" or not line.strip():
            continue
        if line[0] != " ":
            if name:
                yield name, tuple(phrases), tuple(words)
            name, phrases, words = line.strip(), [], []
        elif line.lstrip()[0] == "=":
            words += line.lstrip()[1:].split()
        else:
            phrases += [one.strip() for one in line.split("|") if one.strip()]
    if name:
        yield name, tuple(phrases), tuple(words)
