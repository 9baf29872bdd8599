"""Where a page goes by itself once its scripts run: a redirect, or one more link."""

from typing import NamedTuple

from scraper.discover import Discovery
from scraper.pages import Parsed
from scraper.render.evidence import LITTLE_TEXT, Evidence
from scraper.render.shown import Shown
from storage.address import NotAnAddress, parse
from storage.words import Link

MAX_REDIRECTS = 10


class Aside(NamedTuple):
    """What is to be visited beside what stands on the page."""

    links: tuple[Link, ...] = ()
    is_instead: bool = False  # the page itself says nothing


NOWHERE = Aside()


class Targets:
    """Judges where pages go."""

    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery

    def aside(self, link: Link, shown: Shown, plain: Parsed) -> Aside:
        """A page that says nothing and goes elsewhere is a redirect; one that says something is kept.

        What is no part of the job, or was met on the way, is not followed: the page stays as it came.
        """
        if not shown.target:
            return NOWHERE
        try:
            target = parse(shown.target, link.url, self._discovery.rules)
        except NotAnAddress:
            return NOWHERE
        chain = (*link.via, link.key)
        if target.digest in chain or len(chain) > MAX_REDIRECTS:
            return NOWHERE
        followed = self._discovery.redirected(link, target, chain)
        if not isinstance(followed, Link):
            return NOWHERE
        says_nothing = not plain.evidence or Evidence._make(plain.evidence).seen < LITTLE_TEXT
        return Aside((followed,), shown.parsed is None and says_nothing)
