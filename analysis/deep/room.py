"""How the context of a model is shared out: what may be read, and what may be written."""

from math import ceil

from tandem.inference.tokens import Tokens, characters

FILL = 0.84  # of the effective context, for the whole prompt as counted; what a server counts differs by 2 %
_ANSWER = 0.12  # of it, for the answer
_MOST_ANSWER = 2_000
_LEAST_ANSWER = 160
_NOTE_TOKENS = 130  # of one note in an answer, all told


def answer_tokens(context: int) -> int:
    """The most that an answer may take."""
    return max(_LEAST_ANSWER, min(_MOST_ANSWER, int(context * _ANSWER)))


def prompt_tokens(context: int, overhead: int) -> int:
    """What there is room for besides the instructions."""
    return max(int(context * FILL) - overhead, 64)


def most_items(tokens: int, most: int, share: int = 1) -> int:
    """How many notes fit into an answer, of which this is one of so many shares."""
    return max(2, min(most, tokens // _NOTE_TOKENS) // share)


def measured(tokens: Tokens, text: str) -> int:
    """Tokens of a text: what it likely has once that can be told, before that what it may have."""
    if not tokens.is_calibrated:
        return tokens.estimate(text)
    ratios = tokens.ratios
    return ceil(sum(number / ratios[kind] for kind, number in characters(text).items()))
