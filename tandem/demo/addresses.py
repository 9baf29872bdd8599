"""Every address of the shop, with what stands there and what a correct crawl makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tandem.demo import articles, catalogue, forum, oddities, reading_pages, signposts
from tandem.demo.shelf_pages import pages_of

TRAP = "/events/"  # endless below this; any number of its months may be visited, and none has to be
TWICE_ASKED = "/weather"  # unavailable at the first request of a server's life
SLOW = "/stock-report"
SCRIPTED = "/stores"  # its counters are put into the page by a script
SCRIPTED_TEXT = "Höttinger Au 12, opened in 1994"
WINDOWS_1252 = "/geschichte"
WINDOWS_1252_TEXT = "„Lärche & Laterne“ – so hieß der Laden"
NOINDEX = "/wholesale"
NOFOLLOW = "/partners"


class Kind(StrEnum):
    """What stands at an address."""

    FRONT = "front"
    LIST = "list"
    PRODUCT = "product"
    ARTICLE = "article"
    PRINT = "print"
    FORUM = "forum"
    MANUAL = "manual"
    WRITTEN = "written"
    REDIRECT = "redirect"
    MISSING = "missing"
    SITEMAP = "sitemap"
    CLOSED = "closed"


class Fate(StrEnum):
    """What a correct crawl from the front page, within the host, makes of an address."""

    READ = "read"  # fetched and stored
    FOLLOWED = "followed"  # a redirect that leads to a page
    LOOP = "loop"  # a redirect that leads nowhere
    LEFT = "left"  # a redirect that leads out of scope
    MISSING = "missing"  # 404 or 410: a final answer, nothing to store
    NOINDEX = "noindex"  # asks not to be kept; its links may be followed
    ROBOTS = "robots"  # linked, but refused by robots.txt
    UNFOLLOWED = "unfollowed"  # linked only where following is asked against


@dataclass(frozen=True, slots=True)
class Truth:
    """One address of the shop; paths carry their query."""

    path: str
    kind: Kind
    fate: Fate = Fate.READ
    status: int = 200
    title: str = ""  # the heading of the page, empty where it does not matter
    location: str = ""  # of a redirect
    original: str = ""  # the page that this one repeats, nearly word for word


@cache
def everything() -> dict[str, Truth]:
    """Every address that some page or the site map names, except the endless months and other sites."""
    found = (
        *_lists(),
        *_products(),
        *_magazine(),
        *_forum(),
        *_written(),
        *_redirects(),
        *_dead_ends(),
        *_closed(),
    )
    return {truth.path: truth for truth in found}


def _lists() -> Iterator[Truth]:
    yield Truth("/", Kind.FRONT, title="Larch & Lantern")
    yield Truth("/shelves", Kind.LIST, title="All shelves")
    yield Truth("/brands", Kind.LIST, title="Makers")
    for shelf in catalogue.shelves().values():
        for number, path in enumerate(pages_of(shelf), start=1):
            yield Truth(path, Kind.LIST, title=_numbered(shelf.name, number))
        yield Truth(f"{shelf.path}?sort=price", Kind.CLOSED, Fate.ROBOTS)
        yield Truth(f"{shelf.path}?sort=weight", Kind.CLOSED, Fate.UNFOLLOWED)
    for brand in catalogue.brands().values():
        yield Truth(brand.path, Kind.LIST, title=brand.name)


def _products() -> Iterator[Truth]:
    for product in catalogue.products():
        yield Truth(product.path, Kind.PRODUCT, title=product.name, original=product.twin_of)


def _magazine() -> Iterator[Truth]:
    for number, path in enumerate(reading_pages.magazine_paths(), start=1):
        yield Truth(path, Kind.LIST, title=_numbered("Magazine", number))
    for article in articles.articles():
        yield Truth(article.path, Kind.ARTICLE, title=article.title)
        if article.print_path:
            yield Truth(article.print_path, Kind.PRINT, title=article.title, original=article.path)


def _forum() -> Iterator[Truth]:
    yield Truth("/forum", Kind.LIST, title="Forum")
    for thread in forum.threads():
        for number in range(1, thread.pages + 1):
            yield Truth(thread.page_path(number), Kind.FORUM, title=_numbered(thread.title, number))


def _written() -> Iterator[Truth]:
    for name in reading_pages.MANUAL:
        yield Truth(f"/manual/{name}", Kind.MANUAL, title=f"Stock feed: {name}")
    for path, title in WRITTEN.items():
        yield Truth(path, Kind.WRITTEN, Fate.NOINDEX if path == NOINDEX else Fate.READ, title=title)


def _redirects() -> Iterator[Truth]:
    fates = {"/around": Fate.LOOP, "/around/again": Fate.LOOP, "/prize": Fate.LEFT}
    for path, hop in oddities.redirects().items():
        fate = fates.get(path, Fate.FOLLOWED)
        yield Truth(path, Kind.REDIRECT, fate, hop.status, location=hop.location)


def _dead_ends() -> Iterator[Truth]:
    for path in ("/product/glarnisch-lantern-1931", "/product/tarnside-cape", "/magazine/our-first-tent"):
        yield Truth(path, Kind.MISSING, Fate.MISSING, 404)
    yield Truth("/gone/winter-sale", Kind.MISSING, Fate.MISSING, 410)


def _closed() -> Iterator[Truth]:
    for path in ("/cart", "/account/login", "/search?q=lantern"):
        yield Truth(path, Kind.CLOSED, Fate.ROBOTS)
    yield Truth("/partners/portal", Kind.CLOSED, Fate.UNFOLLOWED)


def _numbered(title: str, page: int) -> str:
    return title if page == 1 else f"{title}, page {page}"


WRITTEN = {
    "/about": "About us",
    "/shipping": "Shipping",
    "/returns": "Returns and repairs",
    "/sizing": "Sizes",
    "/help": "Help",
    "/search/help": "How to search",
    SCRIPTED: "Our counters",
    NOINDEX: "Wholesale",
    NOFOLLOW: "Partners",
    SLOW: "Stock report",
    TWICE_ASKED: "Weather at the hut",
    WINDOWS_1252: "Geschichte",
    signposts.ORPHAN: "Spring letter 2026",
}
