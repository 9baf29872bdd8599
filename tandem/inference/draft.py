"""An answer while it comes in: what stands so far, and whether it goes in circles."""

from tandem.inference.words import ChatRequest

_BLANKS = 400  # no indentation is that deep
_TAIL = 1200
_PERIOD = 150
_PROBE = 40
_CHARACTERS_PER_TOKEN = 24  # no vocabulary has an average beyond


class Draft:
    """The text of one answer, bounded by what was asked for."""

    def __init__(self, request: ChatRequest) -> None:
        self._parts: list[str] = []
        self._tail = ""
        self._length = 0
        self._checked = 0
        self._pieces = 0
        self._most_characters = request.max_tokens * _CHARACTERS_PER_TOKEN + 1000
        self._most_pieces = request.max_tokens * 4 + 1000

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def add(self, text: str, *, is_thought: bool) -> str:
        """Takes a piece; gives the reason to stop, or nothing."""
        self._pieces += 1
        self._length += len(text)
        if not is_thought:
            self._parts.append(text)
        if self._length > self._most_characters or self._pieces > self._most_pieces:
            return "too_large"
        self._tail = (self._tail + text)[-_TAIL:]
        if self._length - self._checked < _TAIL // 4:
            return ""
        self._checked = self._length
        return circle(self._tail)


def circle(tail: str) -> str:
    """The kind of endless loop that the end of a text is in, if any."""
    if len(tail) >= _BLANKS and not tail[-_BLANKS:].strip():
        return "whitespace"
    if len(tail) < _TAIL:
        return ""
    period = tail.find(tail[:_PROBE], 1, _PERIOD + _PROBE)
    while period > 0:
        if tail[period:] == tail[:-period]:
            return "repetition"
        period = tail.find(tail[:_PROBE], period + 1, _PERIOD + _PROBE)
    return ""
