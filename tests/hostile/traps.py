"""Places without end: a crawl goes in, sees that it learns nothing new, and comes out."""

from urllib.parse import parse_qsl

from tests.hostile.registry import Asked, Layer, Wire, answer, hazard, page

KIND = "traps"
CRAWL = Layer.CRAWL
XML = "application/xml"


def linking(title: str, *targets: str) -> bytes:
    return answer(page(title, "".join(f'<p><a href="{target}">{target}</a></p>' for target in targets)))


@hazard(KIND, "trap", layer=CRAWL)
async def calendar(asked: Asked, wire: Wire) -> bytes:
    parts = [int(part) for part in asked.path.split("/") if part.isdecimal()]
    year, month = parts if len(parts) == 2 else (2026, 1)
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    return linking(f"{year}-{month}", *(f"/calendar/{y}/{m}" for y, m in (before, after)))


@hazard(KIND, "trap", layer=CRAWL)
async def visit_id_in_path(asked: Asked, wire: Wire) -> bytes:
    return linking("visit", *(f"/visit-id-in-path/s{asked.at:.6f}{n}/page" for n in range(3)))


@hazard(KIND, "trap", layer=CRAWL)
async def visit_id_in_query(asked: Asked, wire: Wire) -> bytes:
    return linking("visit", *(f"/visit-id-in-query/page?visit={asked.at:.6f}{n}" for n in range(3)))


@hazard(KIND, "trap", layer=CRAWL)
async def facets(asked: Asked, wire: Wire) -> bytes:
    chosen = dict(parse_qsl(asked.query))
    more = [chosen | {f"f{n}": str(value)} for n in range(8) for value in range(5)]
    return linking("facets", *("?" + "&amp;".join(f"{k}={v}" for k, v in one.items()) for one in more))


@hazard(KIND, "trap", layer=CRAWL)
async def query_permutations(asked: Asked, wire: Wire) -> bytes:
    pairs = parse_qsl(asked.query) or [(name, "1") for name in "abcdef"]
    turned = [pairs[n:] + pairs[:n] for n in range(len(pairs))]
    return linking("permutations", *("?" + "&amp;".join(f"{k}={v}" for k, v in one) for one in turned))


@hazard(KIND, "trap", layer=CRAWL)
async def repeated_segments(asked: Asked, wire: Wire) -> bytes:
    return linking("again", asked.path.rstrip("/") + "/a/")


@hazard(KIND, "trap", layer=CRAWL)
async def growing_relative_links(asked: Asked, wire: Wire) -> bytes:
    return linking("grows", "foo/", "bar/")


@hazard(KIND, "trap", layer=CRAWL)
async def random_next(asked: Asked, wire: Wire) -> bytes:
    return linking("next", f"/random-next/{hash((asked.at, asked.target)) & 0xFFFFFFFF}")


@hazard(KIND, "trap", layer=CRAWL)
async def soft_not_found(asked: Asked, wire: Wire) -> bytes:
    return linking("Sorry, nothing here", f"{asked.path.rstrip('/')}x", f"{asked.path.rstrip('/')}y")


@hazard(KIND, "ok", layer=CRAWL)
async def hash_bang(asked: Asked, wire: Wire) -> bytes:
    return linking("fragments", *(f"#!/{n}" for n in range(500)))


@hazard(KIND, "ok", layer=CRAWL)
async def case_pairs(asked: Asked, wire: Wire) -> bytes:
    return linking(asked.path, "/case-pairs/Page", "/case-pairs/page")


@hazard(KIND, "sitemap_limit", layer=CRAWL)
async def sitemap_of_itself(asked: Asked, wire: Wire) -> bytes:
    inside = f"<sitemap><loc>{asked.origin}{asked.target}</loc></sitemap>"
    return answer(f"<sitemapindex>{inside}</sitemapindex>".encode(), content_type=XML)


@hazard(KIND, "sitemap_limit", layer=CRAWL)
async def sitemap_without_end(asked: Asked, wire: Wire) -> bytes:
    inside = "".join(f"<sitemap><loc>{asked.origin}{asked.path}{n}/</loc></sitemap>" for n in range(5))
    return answer(f"<sitemapindex>{inside}</sitemapindex>".encode(), content_type=XML)
