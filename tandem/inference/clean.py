"""Makes text of strangers harmless in a prompt: no marks of a conversation, nothing that nobody sees."""

import re

_SPECIAL = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?(?:INST|SYS)\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>", re.IGNORECASE
)
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BREAKS_WITHIN_LINES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Directions of writing, widths of nothing, and the tag characters that hide text.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def cleaned(text: str) -> str:
    """One line; without marks also where taking one out puts another together."""
    text = _SPECIAL.sub(" ", _UNSEEN.sub("", _BREAKS.sub(" ", text)))
    return " ".join(_SPECIAL.sub(" ", text).split())


def cleaned_lines(text: str) -> str:
    """The same, line by line; empty lines are left out."""
    plain = _UNSEEN.sub("", _BREAKS_WITHIN_LINES.sub(" ", text))
    lines = (" ".join(_SPECIAL.sub(" ", _SPECIAL.sub(" ", line)).split()) for line in plain.split("\n"))
    return "\n".join(line for line in lines if line)
