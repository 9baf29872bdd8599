"""Reports of hostile pages, opened in a real browser: nothing leaves them, and nothing in them runs."""

import re
import zlib
from pathlib import Path

import pytest

from analysis.render_html import html
from analysis.render_pdf import pdf
from tests.analysis import pdf_engine
from tests.analysis.canary import Canary, browse
from tests.analysis.sample import sample

HOSTILE = (
    '<script>document.title="run";fetch("http://evil.test/a")</script>'
    '<img src="http://evil.test/b" onerror="document.title=\'run\'">'
    "</style><style>@import url(http://evil.test/c);body{background:url(http://evil.test/d)}</style>"
    '"><svg onload="document.title=\'run\'"><use href="http://evil.test/e"/></svg>'
    '<link rel=stylesheet href="http://evil.test/f"><iframe src="http://evil.test/g"></iframe>'
    '<base href="http://evil.test/h/"><meta http-equiv=refresh content="0;url=http://evil.test/i">'
    '<form action="http://evil.test/j"><input autofocus onfocus=submit()></form>'
    "<video src=http://evil.test/k poster=http://evil.test/l></video><object data=http://evil.test/m></object>"
    "<a ping=http://evil.test/n href=javascript:alert(1)>x</a> ![x](http://evil.test/o) &#60;b&#62;"
)


@pytest.mark.browser
@pytest.mark.slow
def test_a_report_of_hostile_pages_asks_for_nothing_and_runs_nothing(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(html(sample(HOSTILE, HOSTILE, f"http://evil.test/{HOSTILE}")))
    with Canary() as canary:
        shown = browse(page, canary)
    assert canary.heard == []
    assert "<title>Report: huts</title>" in shown
    assert "document.title=" in shown  # it was there, as text


@pytest.mark.browser
@pytest.mark.slow
def test_the_canary_hears_what_does_leave(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<title>Report: huts</title>{HOSTILE}")
    with Canary() as canary:
        browse(page, canary)
    for path in (b"GET /a", b"GET /b", b"GET /f"):  # of a script, a picture, a style sheet
        assert any(request.startswith(path) for request in canary.heard)


def test_a_pdf_of_hostile_pages_asks_for_nothing() -> None:
    pdf_engine.needed()
    with Canary() as canary:
        here = f"http://127.0.0.1:{canary.port}/"
        made = pdf(sample(HOSTILE.replace("http://evil.test/", here), "A page", here))
    assert canary.heard == []
    assert links_of(made) == {here.encode()}


def test_a_pdf_links_to_the_web_alone() -> None:
    pdf_engine.needed()
    for url in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"):
        assert links_of(pdf(sample(HOSTILE, "A page", url))) == set()


def links_of(document: bytes) -> set[bytes]:
    """Where the PDF leads to, outside of itself; none of it is an action that runs."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    plain = document + b"".join(map(_inflated, streams))
    assert b"Report: huts" in plain or b"/Title" in plain
    assert not re.search(rb"/(JavaScript|JS|Launch|SubmitForm|GoToR|EmbeddedFile)\b", plain)
    return set(re.findall(rb"/URI \((.*?)\)", plain))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
