"""Divides a URL into the origin that is connected to and the target that is asked for there."""

import re

from yarl import URL

# Nearly every URL comes out of a parser already, and need not go through another one.
_PLAIN = re.compile(r"(https?://[a-z0-9.-]+(?::[0-9]+)?)(/[!\"$->@-~]*(?:\?[!\"$-~]+)?)")


def divided(url: str) -> tuple[str, str]:
    """("https://host:port", "/path?query"), each as it is spelled; raises ValueError where nothing can be."""
    if plain := _PLAIN.fullmatch(url):
        return plain[1], plain[2]
    whole = URL(url, encoded=True)
    return f"{whole.scheme}://{whole.raw_authority}", whole.raw_path_qs
