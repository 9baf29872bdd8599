"""What was read in a document that is no HTML page, and how much of one is read."""

import time
from typing import Final, NamedTuple

MOST_CHARACTERS: Final = 2_000_000  # of text; more of a page is not searched either
PAGE_BREAK: Final = "\f"  # in the text, between two pages: a place leads to its page by counting
LONGEST_TITLE: Final = 300
LONGEST_DESCRIPTION: Final = 1_000

# Reasons that say of the visit, too, that not all of a body was read.
TOLD: Final = frozenset({"encrypted", "damaged", "scanned", "text_cut", "unread", "entities", "too_deep"})


class Reading(NamedTuple):
    """A document as text, and as the page that would show it."""

    reason: str = "ok"  # or why there is no text, or not all of it
    page_type: str = ""  # as of pages
    title: str = ""
    language: str = ""
    author: str = ""
    published: str = ""  # ISO days
    modified: str = ""
    description: str = ""
    text: str = ""
    markdown: str = ""
    html: str = ""  # its links, lists and tables, for all who read pages
    charset: str = ""  # of bodies that are text
    has_things: bool = False  # whether records may be selected in it: a table, a list, a feed


class Room:
    """How much of one document may still be read: characters, and processor time of this process."""

    def __init__(self, seconds: float, characters: int = MOST_CHARACTERS) -> None:
        self._until = time.process_time() + seconds
        self._left = characters
        self.is_cut = False

    def takes(self, characters: int) -> bool:
        """Whether so many more may be read; the first that do not fit end the reading."""
        if self.is_cut or characters > self._left or time.process_time() > self._until:
            self.is_cut = True
            return False
        self._left -= characters
        return True

    @property
    def characters(self) -> int:
        """How many more may be read."""
        return self._left

    @property
    def reason(self) -> str:
        """What is said of a document that was read so far."""
        return "text_cut" if self.is_cut else "ok"


def shortened(text: str, longest: int) -> str:
    """One line, cut at a space."""
    line = " ".join(text[: 4 * longest].split())
    if len(line) <= longest:
        return line
    return line[:longest].rpartition(" ")[0] or line[:longest]
