"""What this package needs of an HTML tree; `scraper.document` hands out trees that have it."""

from typing import Any, Protocol


class Node(Protocol):
    """One node; text nodes carry the tag `-text`."""

    @property
    def tag(self) -> Any: ...
    @property
    def first_child(self) -> Any: ...
    @property
    def next(self) -> Any: ...
    @property
    def attributes(self) -> dict[str, str | None]: ...
    @property
    def text_content(self) -> str | None: ...


class Tree(Protocol):
    """One parsed page."""

    @property
    def root(self) -> Any: ...
    @property
    def head(self) -> Any: ...
    @property
    def body(self) -> Any: ...
