"""Finds the sentence of a page that states a value of a field."""

import re

from analysis.gates.quote import Anchor
from analysis.sentences import sentences

TELLING = 4  # letters and digits: a shorter value may stand anywhere by chance


def locate(text: str, value: str, field: str) -> Anchor | None:
    """The value in a sentence that names the field, else its first place if it is long enough."""
    if not value.strip():
        return None
    pattern = re.compile(rf"(?<![\w.,]){re.escape(value.strip())}(?![\w]|[.,]\d)")
    first: Anchor | None = None
    for sentence in sentences(text):
        found = pattern.search(text, sentence.start, sentence.end)
        if found is None:
            continue
        anchor = Anchor(*found.span(), sentence.start, sentence.end)
        if any(part in sentence.words.casefold() for part in field.casefold().split("_")):
            return anchor
        first = first or anchor
    return first if sum(map(str.isalnum, value)) >= TELLING else None
