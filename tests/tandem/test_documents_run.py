"""A site of pages and documents: all of it is found, searched, asked about, reported with page numbers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tandem.__main__ import enter
from tests.scraper.documents.pdf_maker import Sheet, encrypted, pdf, swelling
from tests.tandem.changing_site import ChangingSite, Content

MANUAL = pdf(
    [
        Sheet(
            ("The manual begins with a short chapter about the workshop.",), links=("/only-in-the-manual",)
        ),
        Sheet(("Varnish takes eleven days to dry in the upper room.", "Nobody enters it in that time.")),
        Sheet(
            ("The bridge of the tiger violin was carved from maple in 1923.", "It was mended twice since.")
        ),
    ],
    {"Title": "Manual of the workshop"},
)
PRICES = "name;price;url\nTiger bow;120;/bow\nMaple bridge;35;\n"
FEED = """<rss version="2.0"><channel><title>Workshop news</title><item><title>The quartet came</title>
<link>/news/quartet</link>
<description>Four players brought a broken cello to the workshop.</description></item>
</channel></rss>"""
CATALOGUE = {
    "title": "Catalogue",
    "strings": [{"name": "Gut string", "price": 9}, {"name": "Steel string", "price": 4}],
}


def _of(media_type: str, body: bytes | str) -> Content:
    return Content(
        body if isinstance(body, bytes) else body.encode(), headers=(("Content-Type", media_type),)
    )


PAGES = {
    "/": Content(
        b"<title>Home</title><p>The workshop repairs violins of every age.</p>"
        + b"".join(
            f'<a href="{path}">{path}</a> '.encode()
            for path in (
                "/manual.pdf",
                "/prices.csv",
                "/feed",
                "/catalogue.json",
                "/notes.txt",
                "/locked.pdf",
            )
        )
        + b'<a href="/swelling.pdf">x</a> <a href="/broken.pdf">x</a> <a href="/laughs.xml">x</a>'
    ),
    "/manual.pdf": _of("application/pdf", MANUAL),
    "/prices.csv": _of("text/csv; charset=utf-8", PRICES),
    "/feed": _of("application/rss+xml", FEED),
    "/catalogue.json": _of("application/json", json.dumps(CATALOGUE)),
    "/notes.txt": _of("text/plain", "Notes\n\nThe humidity of the cellar is kept at fifty percent."),
    "/locked.pdf": _of("application/pdf", encrypted()),
    "/swelling.pdf": _of("application/pdf", swelling(100)),
    "/broken.pdf": _of("application/pdf", MANUAL[:200]),
    "/laughs.xml": _of("application/xml", "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><a>&b;</a>"),
    "/only-in-the-manual": Content(
        b"<title>Hidden</title><p>Only the manual leads to this page of ours.</p>"
    ),
    "/news/quartet": Content(b"<title>Quartet</title><p>The quartet stayed for three weeks in spring.</p>"),
    "/bow": Content(b"<title>Bow</title><p>The tiger bow is light and quick in the hand.</p>"),
}
JOB = {
    "name": "shop",
    "crawl": {"allow_private_hosts": ["127.0.0.1"], "delay": 0, "render": "never"},
    "progress": {"broker": "off"},
    "select": [
        {"record": "item", "many": True, "match": "/prices*", "fields": {"name": "text", "price": "number"}}
    ],
    "analysis": {"questions": ["What was the bridge of the tiger violin carved from?"]},
}


@dataclass(frozen=True)
class Crawled:
    """One run over all of it."""

    url: str
    workspace: Path

    def rows(self, query: str) -> list[dict[str, Any]]:
        with Store(self.workspace) as store, store.query(query) as answer:
            return [row for batch in answer for row in batch.to_pylist()]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    workspace = tmp_path_factory.mktemp("documents") / "ws"
    with ChangingSite(dict(PAGES)) as site:
        job = workspace.parent / "job.yaml"
        job.write_text(json.dumps(JOB | {"seeds": [site.url]}))
        code = enter(["run", str(job), "--workspace", str(workspace)])
        assert code == 0
        yield Crawled(site.url.rstrip("/"), workspace)


def _said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    assert enter(list(command)) == 0
    return capsys.readouterr().out


def test_every_document_has_its_outcome(crawled: Crawled) -> None:
    found = {
        row["url"].removeprefix(crawled.url): (row["outcome"], row["reason"])
        for row in crawled.rows("SELECT url, outcome, reason FROM pages")
    }
    assert found.pop("/swelling.pdf")[1] in {"unread", "parse_timeout", "parse_crashed", "parse_memory"}
    assert found == {
        path: (
            "fetched",
            {"/locked.pdf": "encrypted", "/broken.pdf": "damaged", "/laughs.xml": "entities"}.get(path, "ok"),
        )
        for path in PAGES
        if path != "/swelling.pdf"
    }


def test_bodies_of_documents_are_stored_as_they_came(crawled: Crawled) -> None:
    with Store(crawled.workspace) as store:
        page = store.get_page(f"{crawled.url}/manual.pdf")
    assert page is not None
    assert page.body == MANUAL


def test_texts_types_and_titles_are_in_the_tables(crawled: Crawled) -> None:
    rows = {row["url"].removeprefix(crawled.url): row for row in crawled.rows("SELECT * FROM pages")}
    assert rows["/manual.pdf"]["title"] == "Manual of the workshop"
    assert rows["/manual.pdf"]["text"].count("\f") == 2
    assert rows["/prices.csv"]["text"].startswith("name: Tiger bow; price: 120; url: /bow")
    assert rows["/feed"]["page_type"] == "listing"
    assert "strings: name: Gut string; price: 9" in rows["/catalogue.json"]["text"]
    assert rows["/notes.txt"]["title"] == "Notes"


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("eleven days varnish", "/manual.pdf"),
        ("tiger bow 120", "/prices.csv"),
        ("broken cello", "/feed"),
        ("gut string", "/catalogue.json"),
        ("humidity cellar", "/notes.txt"),
    ],
)
def test_search_finds_the_words_of_documents(
    crawled: Crawled, capsys: pytest.CaptureFixture[str], words: str, path: str
) -> None:
    found = json.loads(_said(capsys, "search", words, "--workspace", str(crawled.workspace), "--json"))
    assert found["pages"][0]["url"] == crawled.url + path


def test_an_answer_names_the_page_of_the_document(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "From what was the bridge of the tiger violin carved?"
    said = _said(capsys, "ask", question, "--workspace", str(crawled.workspace))
    assert "carved from maple in 1923" in said
    assert f"Manual of the workshop, page 3: {crawled.url}/manual.pdf" in said
    made = json.loads(_said(capsys, "ask", question, "--workspace", str(crawled.workspace), "--json"))
    assert made["citations"][0]["page"] == 3


def test_the_report_cites_the_page_and_its_citations_hold(
    crawled: Crawled, capsys: pytest.CaptureFixture[str]
) -> None:
    [folder] = (crawled.workspace / "reports").iterdir()
    report = json.loads((folder / "report.json").read_text())
    quotes = [
        quote for section in report["sections"] for claim in section["claims"] for quote in claim["quotes"]
    ]
    cited = {quote["page"] for quote in quotes if quote["url"].endswith("/manual.pdf")}
    assert 3 in cited
    assert {quote["page"] for quote in quotes if not quote["url"].endswith("/manual.pdf")} <= {None}
    assert "/manual.pdf#page=3" in (folder / "report.html").read_text()
    assert "page 3, body" in (folder / "report.md").read_text()
    _said(capsys, "verify", str(folder / "report.json"), "--workspace", str(crawled.workspace))


def test_a_citation_of_another_page_does_not_hold(
    crawled: Crawled, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    [folder] = (crawled.workspace / "reports").iterdir()
    moved = tmp_path / "report.json"
    moved.write_text(
        (folder / "report.json").read_text().replace('"page": 3', '"page": 2').replace('"page":3', '"page":2')
    )
    capsys.readouterr()
    assert enter(["verify", str(moved), "--workspace", str(crawled.workspace)]) == 6
    assert "page differs" in capsys.readouterr().out


def test_text_is_shown_page_by_page(crawled: Crawled, capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(capsys, "get", f"{crawled.url}/manual.pdf", "--text", "--workspace", str(crawled.workspace))
    assert [page.split()[0] for page in said.split("\f")] == ["The", "Varnish", "The"]


def test_rows_of_a_table_are_records(crawled: Crawled) -> None:
    rows = crawled.rows("SELECT url, data FROM records ORDER BY ordinal")
    assert [json.loads(row["data"])["name"] for row in rows] == ["Tiger bow", "Maple bridge"]
