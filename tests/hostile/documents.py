"""Documents that are broken, locked, or more than anybody reads."""

from tests.hostile.registry import Asked, Layer, Wire, answer, hazard
from tests.scraper.documents.pdf_maker import PdfMaker, Sheet, encrypted, pdf

KIND = "bodies-documents"
PDF = "application/pdf"


@hazard(KIND, "damaged", layer=Layer.CRAWL)
async def pdf_without_pages(asked: Asked, wire: Wire) -> bytes:
    return answer(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", content_type=PDF)


@hazard(KIND, "encrypted", layer=Layer.CRAWL)
async def pdf_with_password(asked: Asked, wire: Wire) -> bytes:
    return answer(encrypted(), content_type=PDF)


@hazard(KIND, "ok", layer=Layer.CRAWL)
async def pdf_of_pictures(asked: Asked, wire: Wire) -> bytes:
    return answer(pdf([Sheet(picture=True)]), content_type=PDF)


@hazard(KIND, "ok", layer=Layer.CRAWL)
async def pdf_that_claims_megabytes(asked: Asked, wire: Wire) -> bytes:
    return answer(
        pdf([Sheet(("Some words.",))]).replace(b"/Length ", b"/Length 99999999 /L ", 1), content_type=PDF
    )


@hazard(KIND, "ok", layer=Layer.CRAWL)
async def pdf_whose_pages_are_their_own_parents(asked: Asked, wire: Wire) -> bytes:
    maker = PdfMaker()
    tree = maker.add(b"<< /Type /Pages /Kids [1 0 R 1 0 R] /Count 100000 /Parent 1 0 R >>")
    return answer(maker.written(maker.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)), content_type=PDF)


@hazard(KIND, "entities", layer=Layer.CRAWL)
async def entities_that_multiply(asked: Asked, wire: Wire) -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'
    return answer(body.encode(), content_type="application/xml")


@hazard(KIND, "too_deep", layer=Layer.CRAWL)
async def deep_feed(asked: Asked, wire: Wire) -> bytes:
    return answer(b"<rss>" + b"<channel>" * 200_000, content_type="application/rss+xml")


@hazard(KIND, "too_deep", layer=Layer.CRAWL)
async def deep_json(asked: Asked, wire: Wire) -> bytes:
    return answer(b"[" * 500_000 + b"]" * 500_000, content_type="application/json")


@hazard(KIND, "text_cut", layer=Layer.CRAWL)
async def table_of_a_million_columns(asked: Asked, wire: Wire) -> bytes:
    return answer(b"a," * 1_000_000 + b"\n1,2\n", content_type="text/csv")


@hazard(KIND, "ok", layer=Layer.CRAWL)
async def markdown_of_brackets(asked: Asked, wire: Wire) -> bytes:
    return answer(b"# Brackets\n" + b"[a](" * 300_000, content_type="text/markdown")
