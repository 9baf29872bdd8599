"""Which of the wanted records a page may hold, by its address."""

from collections.abc import Iterable

from scraper.pattern import Pattern
from scraper.selection.wanted import Wanted
from storage.address import NotAnAddress, parse


class Fitting:
    """The wishes of a job with their patterns; one without patterns fits every page."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self._wanted = [(one, tuple(map(Pattern.of, one.match))) for one in wanted]

    def of(self, url: str) -> list[Wanted]:
        """Those that name the page, or no page at all."""
        try:
            address = parse(url)
        except NotAnAddress:
            return [one for one, patterns in self._wanted if not patterns]
        return [
            one
            for one, patterns in self._wanted
            if not patterns or any(pattern.matches(address) for pattern in patterns)
        ]
