"""Turns the references of a page into addresses: those to keep, and those that may be followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from scraper.document import Anchor
from storage.address import KeyRules, NotAnAddress, parse

Target = tuple[bytes, str]  # the digest of the key, the URL that is requested
Row = tuple[str, str, str]  # URL, text, rel

MEMO_SIZE = 20_000  # references, some 8 MB: the pages of a site repeat theirs
_LOOKED_AT = 20  # references looked at for each one that may be kept: most of an endless list is not resolved


@dataclass(frozen=True, slots=True)
class Links:
    kept: tuple[Row, ...]  # each (URL, text, rel) once, in order of appearance
    follow: tuple[Target, ...]  # each key once, without those that are only linked with nofollow
    is_cut: bool = False  # the page has more


class Resolver:
    """Resolves references, and remembers what they led to."""

    def __init__(self, rules: KeyRules) -> None:
        self._rules = rules
        self._memo: dict[str, dict[str, Target | None]] = {}
        self._size = 0

    def resolve(self, href: str, base: str) -> Target | None:
        """None for what no crawl can request: scripts, mail addresses, inlined data, no URL at all."""
        return self.on(base)[href]

    def on(self, base: str) -> "Place":
        """What references mean on one page."""
        return Place(self, base)

    def remembered(self, place: str) -> dict[str, Target | None]:
        if self._size > MEMO_SIZE:
            self._memo.clear()
            self._size = 0
        return self._memo.setdefault(place, {})

    def look_up(self, href: str, base: str) -> Target | None:
        self._size += 1
        try:
            address = parse(href, base, self._rules)
        except NotAnAddress:
            return None
        return address.digest, address.fetch


class Place:
    """One page's point of view: rooted references mean the same on its origin, others in its folder.

    A reference can stand in one of the two only, by how it begins.
    """

    __slots__ = ("_base", "_resolver", "nearby", "rooted")

    def __init__(self, resolver: Resolver, base: str) -> None:
        path = base.partition("#")[0].partition("?")[0]
        end = path.find("/", path.find("://") + 3)
        self._base = base
        self._resolver = resolver
        self.rooted = resolver.remembered(path[:end] if end > 0 else path)
        self.nearby = resolver.remembered(path[: path.rfind("/") + 1])

    def __getitem__(self, href: str) -> Target | None:
        first = href[:1]
        if first == "/":
            known = self.rooted
        elif first == "." or first.isalnum():
            known = self.nearby
        else:  # a query alone means the page itself; the rest is too rare to remember
            return self._resolver.look_up(href, self._base)
        try:
            return known[href]
        except KeyError:
            target = known[href] = self._resolver.look_up(href, self._base)
            return target


def collect(anchors: Iterable[Anchor], place: Place, longest: int, *, heeds_nofollow: bool = True) -> Links:
    """The first `longest` different links of a page."""
    kept: dict[Row, None] = {}
    follow: dict[bytes, str] = {}
    rooted, nearby = place.rooted.get, place.nearby.get
    left = iter(anchors)
    for href, text, rel in islice(left, _LOOKED_AT * longest):
        target = rooted(href) or nearby(href) or place[href]
        if target is None:
            continue
        digest, url = target
        kept[url, text, rel] = None
        if digest not in follow and not (rel and heeds_nofollow and "nofollow" in rel.split()):
            follow[digest] = url
        if len(kept) >= longest:
            break
    return Links(tuple(kept), tuple(follow.items()), is_cut=next(left, None) is not None)
