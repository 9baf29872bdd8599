"""The claims of an answer that is still being written; none of them is checked yet."""

import json
import re
from collections.abc import Callable

_CLAIM = re.compile(r'"text"\s*:\s*("(?:[^"\\]|\\.)*")')


class Drafts:
    """Takes pieces of JSON, and tells every text in it once."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._open = ""

    def add(self, piece: str) -> None:
        """One more piece."""
        self._open += piece
        while (found := _CLAIM.search(self._open)) is not None:
            self._open = self._open[found.end() :]
            try:
                self._told(str(json.loads(found.group(1), strict=False)))
            except ValueError:
                continue  # a model without a grammar writes what it likes
