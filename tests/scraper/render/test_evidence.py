import time

import pytest

from scraper.document import Document
from scraper.render.evidence import Evidence, Mark, evidence

TEXT = "<p>" + "Enough words for a reader to be content with. " * 12 + "</p>"


def of(html: str, rows: tuple[tuple[str, int, str, str], ...] = (), fields: int = 0) -> Evidence:
    return evidence(html, Document(html), rows, {"product": fields})


@pytest.mark.parametrize(
    ("html", "scripts", "marks"),
    [
        (f"<body>{TEXT}</body>", 0, 0),
        (f"<body>{TEXT}<script type='application/ld+json'>{{}}</script></body>", 0, 0),
        (f"<body>{TEXT}<script>window.dataLayer = [];</script></body>", 0, 0),
        (f"<body>{TEXT}<script src=https://x.test/gtag/js?id=1></script></body>", 0, 0),
        (f"<body>{TEXT}<script src='/app.js'></script></body>", 1, 0),
        (f"<body>{TEXT}<script type=module src='/app.js'></script></body>", 1, 0),
        ('<body><div id="root"></div><script src="/app.js"></script></body>', 1, Mark.LITTLE | Mark.HOLES),
        (f'<body>{TEXT}<ul id="list"></ul><script src="/app.js"></script></body>', 1, Mark.HOLES),
        (f"<body>{TEXT}<p>Loading…</p><script>show()</script></body>", 1, Mark.HOLES),
        (
            "<body><noscript>Please enable JavaScript.</noscript><script>show()</script></body>",
            1,
            Mark.LITTLE | Mark.ASKS,
        ),
        (
            f'<body>{TEXT}<script type="application/json">{{}}</script><script>show()</script></body>',
            1,
            Mark.DATA,
        ),
    ],
)
def test_what_a_raw_page_says_of_its_scripts(html: str, scripts: int, marks: int) -> None:
    seen = of(html)
    assert (seen.scripts, seen.marks) == (scripts, marks)


def test_pages_with_the_same_scripts_are_built_alike_whatever_they_say() -> None:
    page = '<body>%s<script src="/js/app.%s.js?v=%d"></script><script>init({"id": %d})</script></body>'
    first, second = (
        of(page % (TEXT + more, build, n, n)) for more, build, n in (("a", "1f3a", 1), ("b", "77c0", 2))
    )
    assert first.build == second.build
    assert of(f'<body>{TEXT}<script src="/js/shop.js"></script></body>').build != first.build


def test_a_record_with_missing_fields_is_told() -> None:
    page = f"<body>{TEXT}<script>show()</script></body>"
    whole = ("product", 0, '{"title":"A","price":{"amount":"1","currency":null}}', "{}")
    assert of(page, (whole,), 2).marks & (Mark.FIELDS | Mark.LACKS) == Mark.FIELDS
    assert of(page, (whole,), 3).marks & Mark.LACKS


def test_what_never_ends_costs_no_more_than_a_page() -> None:
    page = "<body>" + "<script" * 20_000
    document = Document("<body>")
    began = time.process_time()
    evidence(page, document, (), {})
    evidence("<script>" * 20_000, document, (), {})
    assert time.process_time() - began < 1.0
