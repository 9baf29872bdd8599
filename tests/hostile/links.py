"""Pages whose links, canonicals and directives set snares."""

from tests.hostile.registry import Asked, Layer, Wire, answer, hazard, page

KIND = "links"
CRAWL = Layer.CRAWL


def head(inside: str, body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>x</title>{inside}</head><body>{body}</body></html>".encode()


@hazard(KIND, "ok", layer=CRAWL)
async def base_elsewhere(asked: Asked, wire: Wire) -> bytes:
    return answer(head('<base href="http://elsewhere.example/a/"><base href="/b/">', '<a href="x">x</a>'))


@hazard(KIND, "ok", layer=CRAWL)
async def base_of_script(asked: Asked, wire: Wire) -> bytes:
    return answer(head('<base href="javascript:">', '<a href="x">x</a>'))


@hazard(KIND, "ok", layer=CRAWL)
async def canonical_elsewhere(asked: Asked, wire: Wire) -> bytes:
    return answer(head('<link rel=canonical href="http://elsewhere.example/"><link rel=canonical href="/b">'))


@hazard(KIND, "ok", layer=CRAWL)
async def canonical_in_a_ring(asked: Asked, wire: Wire) -> bytes:
    other = "b" if asked.path.endswith("/a") else "a"
    return answer(head(f'<link rel=canonical href="{other}">', f'<a href="{other}">{other}</a>'))


@hazard(KIND, "ok", layer=CRAWL)
async def refresh_to_itself(asked: Asked, wire: Wire) -> bytes:
    return answer(head(f'<meta http-equiv=refresh content="0;url={asked.target}">'))


@hazard(KIND, "ok", layer=CRAWL)
async def refresh_in_ages(asked: Asked, wire: Wire) -> bytes:
    return answer(head('<meta http-equiv=refresh content="99999999999999999999; URL=next">'))


@hazard(KIND, "ok", layer=CRAWL)
async def noindex_nofollow(asked: Asked, wire: Wire) -> bytes:
    return answer(head('<meta name=robots content="noindex, nofollow">', '<a href="never">never</a>'))


@hazard(KIND, "ok", layer=CRAWL)
async def robots_header(asked: Asked, wire: Wire) -> bytes:
    says = ("X-Robots-Tag", "otherbot: noindex, unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow")
    return answer(page("header", '<a href="never">never</a>'), says)


@hazard(KIND, "ok", layer=CRAWL)
async def links_of_other_schemes(asked: Asked, wire: Wire) -> bytes:
    targets = (
        "javascript:void(0)",
        "mailto:a@b.c",
        "tel:+1",
        "data:text/html,x",
        "file:///etc/passwd",
        "blob:x",
    )
    return answer(page("schemes", "".join(f'<a href="{target}">x</a>' for target in targets)))


@hazard(KIND, "ok", layer=CRAWL)
async def links_in_odd_spelling(asked: Asked, wire: Wire) -> bytes:
    targets = (
        "http:\\\\127.0.0.1\\x",
        "/a\tb\nc",
        "http://user:pw@127.0.0.1/x",
        "http://bücher.example/",
        "//[::1",
        "http://127.0.0.1:99999/",
        "%zz",
        "?" + "q=" * 5000,
    )
    return answer(page("spellings", "".join(f'<a href="{target}">x</a>' for target in targets)))


@hazard(KIND, "ok", layer=CRAWL)
async def links_by_the_hundred_thousand(asked: Asked, wire: Wire) -> bytes:
    return answer(page("many", "".join(f'<a href="{n}">{n}</a>' for n in range(100_000))))
