"""What the shop tells crawlers: robots.txt, a site map in parts, two of them compressed."""

import datetime
import gzip
from collections.abc import Iterable
from html import escape

from tandem.demo import articles, catalogue, goods
from tandem.demo.answer import OPENED, Answer
from tandem.demo.shelf_pages import pages_of

DISALLOWED = ("/cart", "/account/", "/search", "/*?sort=")
ALLOWED = ("/search/help",)
PARTS = ("/sitemaps/pages.xml", "/sitemaps/products.xml.gz", "/sitemaps/magazine.xml.gz")
ORPHAN = "/letters/spring-2026"  # stands in a compressed part of the site map and nowhere else
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML = "application/xml"


def robots(origin: str) -> Answer:
    """Everybody may come quickly; only the invented SlowBot has to wait between two requests."""
    everybody = [*(f"Disallow: {path}" for path in DISALLOWED), *(f"Allow: {path}" for path in ALLOWED)]
    lines = ["User-agent: *", *everybody, "", "User-agent: SlowBot", "Crawl-delay: 0.05", *everybody]
    text = "\n".join([*lines, "", f"Sitemap: {origin}/sitemap.xml", ""])
    return Answer(text.encode(), content_type="text/plain; charset=utf-8", modified=OPENED)


def sitemap_index(origin: str) -> Answer:
    entries = "".join(
        f"<sitemap><loc>{origin}{part}</loc><lastmod>{OPENED}</lastmod></sitemap>\n" for part in PARTS
    )
    return _xml("sitemapindex", entries)


def sitemap(part: str, origin: str) -> Answer:
    entries = "".join(
        f"<url><loc>{escape(origin + path)}</loc><lastmod>{modified}</lastmod></url>\n"
        for path, modified in listed(part)
    )
    answer = _xml("urlset", entries)
    if not part.endswith(".gz"):
        return answer
    packed = gzip.compress(answer.body, mtime=0)
    return Answer(packed, content_type="application/gzip", modified=OPENED)


def listed(part: str) -> Iterable[tuple[str, datetime.date]]:
    """Paths of one part of the site map, with the day of their last change."""
    if part == PARTS[1]:
        return [(product.path, modified_product(product)) for product in catalogue.products()]
    if part == PARTS[2]:
        return [(ORPHAN, OPENED), *((article.path, article.published) for article in articles.articles())]
    shelves = [path for shelf in catalogue.shelves().values() for path in pages_of(shelf)]
    return [(path, OPENED) for path in ("/", *shelves, "/manual/overview")]


def modified_product(product: goods.Product) -> datetime.date:
    return OPENED - datetime.timedelta(days=int(product.upc[-3:]))


def _xml(root: str, entries: str) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n{entries}</{root}>\n'
    return Answer(text.encode(), content_type=XML, modified=OPENED)
