"""Makes words of a page safe to show to a model or a person: short, plain, without marks that steer."""

import re
import unicodedata

LONGEST = 48
_TOKENS = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|\b(?:system|assistant|user)\s*:",
    re.IGNORECASE,
)


def shown(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text on one line, without control, direction and zero-width characters."""
    kept = "".join(
        one
        for one in text[: 4 * longest]
        if unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cs", "Cn"} or one in " \n\t"
    )
    plain = " ".join(_TOKENS.sub(" ", kept).replace("|", "/").split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"
