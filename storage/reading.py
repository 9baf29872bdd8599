"""What is read in a stored page: what a browser made of it where that is kept, else its body."""

from typing import NamedTuple, Protocol

from storage.words import DOM_CHARSET, DOM_TYPE


class Stored(Protocol):
    """A stored page, as the several look-ups give it."""

    @property
    def content_type(self) -> str: ...
    @property
    def charset(self) -> str: ...
    @property
    def digest(self) -> bytes | None: ...
    @property
    def dom_digest(self) -> bytes | None: ...


class Reading(NamedTuple):
    """By what it is known, and how it is read."""

    digest: bytes
    media_type: str
    charset: str

    @property
    def header(self) -> str:
        """The same as a content type."""
        return f"{self.media_type}; charset={self.charset}"


def reading_of(page: Stored) -> Reading:
    """What is read in the page: its text, its content and what says the same are known by that digest."""
    if page.dom_digest:
        return Reading(page.dom_digest, DOM_TYPE, DOM_CHARSET)
    return Reading(page.digest or b"", page.content_type, page.charset)
