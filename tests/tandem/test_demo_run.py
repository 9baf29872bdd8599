"""The whole line over the demo shop, twice: what is stored and asked for agrees with the shop's own truth."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from analysis.schema import Report
from analysis.write import read_report
from scraper.plain_text import plain_text
from storage.page_lookup import StoredPage
from storage.run_pages import PageFacts
from storage.runs import Run
from storage.store import Store
from tandem.__main__ import enter
from tandem.crawl_session import open_session
from tandem.demo import addresses, site, truth
from tandem.demo.addresses import Fate
from tandem.demo.server import DemoShop, Request
from tandem.demo_job import quickstart
from tandem.exit_codes import ExitCode
from tandem.job_run import RunOptions, RunResult, run_job
from tandem.report_check import as_json, faults, figure_count
from tandem.show_progress import Style

pytestmark = pytest.mark.slow
STORED = {"fetched", "unchanged"}
FATES = {
    Fate.FOLLOWED: {("fetched", "redirected")},
    Fate.LOOP: {("fetched", "redirected"), ("failed", "redirect_loop")},
    Fate.LEFT: {("refused", "redirect_out_of_scope")},
    Fate.MISSING: {("failed", "http_404"), ("failed", "http_410")},
    Fate.NOINDEX: {("refused", "noindex")},
    Fate.ROBOTS: {("refused", "robots")},
    Fate.UNFOLLOWED: set(),
}


@dataclass(frozen=True)
class Crawls:
    """Two runs of the quickstart job over one shop, the second over what the first left."""

    shop: str
    store: Store
    results: tuple[RunResult, RunResult]
    requests: tuple[list[Request], list[Request]]

    def run(self, number: int) -> Run:
        found = self.store.find_run(f"quickstart/{number}")
        assert found is not None
        return found

    def rows(self, number: int) -> dict[str, PageFacts]:
        """By path with query; a path that stands there twice is a page stored twice."""
        found = [(_path(page.url), page) for page in self.store.pages(self.run(number))]
        doubled = [path for path, times in Counter(path for path, _ in found).items() if times > 1]
        assert doubled == []
        return dict(found)

    def page(self, path: str, number: int = 1) -> StoredPage:
        found = self.store.get_page(self.shop + path.lstrip("/"), self.run(number))
        assert found is not None
        return found


def _path(url: str) -> str:
    """With its query, but for what only tracks."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return site.canonical(target) if "?utm" in target else target


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    workspace = tmp_path_factory.mktemp("shop")

    async def crawl() -> tuple[str, list[RunResult], list[list[Request]]]:
        results, requests = [], []
        options = RunOptions(workspace, style=Style.SILENT)
        async with DemoShop() as shop:
            for _ in range(2):
                asked_before = len(shop.log)
                job = quickstart(shop.url, ["progress.broker=off"])
                results.append(await run_job(job, options, open_session))
                requests.append(shop.log[asked_before:])
            return shop.url, results, requests

    url, results, requests = asyncio.run(crawl())
    with Store(workspace) as store:
        yield Crawls(url, store, (results[0], results[1]), (requests[0], requests[1]))


@pytest.mark.parametrize("number", [1, 2])
def test_every_page_of_the_shop_is_stored_once_and_the_run_is_complete(number: int, crawls: Crawls) -> None:
    verdict = crawls.results[number - 1].verdict
    assert (verdict.code, verdict.note) == (ExitCode.OK, "")
    rows = crawls.rows(number)
    kept = {path for path, page in rows.items() if page.outcome in STORED and page.reason != "redirected"}
    beside = {path for path in kept if path.startswith(addresses.TRAP)}
    assert kept - beside == truth.must_read()
    assert all(crawls.store.body(crawls.page(path, number).visit) for path in truth.must_read())


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_is_asked_for_that_the_shop_closes_or_twice(number: int, crawls: Crawls) -> None:
    asked = Counter(_path(request.path) for request in crawls.requests[number - 1])
    assert asked.keys() & truth.must_not_request() == set()
    again = {path: times for path, times in asked.items() if times > 1}
    assert again == ({addresses.TWICE_ASKED: 2} if number == 1 else {})
    assert asked["/robots.txt"] == 1


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("fate", FATES)
def test_every_other_address_has_the_fate_that_the_truth_names(
    fate: Fate, number: int, crawls: Crawls
) -> None:
    rows = crawls.rows(number)
    paths = truth.with_fate(fate)
    assert {(rows[path].outcome, rows[path].reason) for path in paths if path in rows} == FATES[fate]
    assert not FATES[fate] or paths <= rows.keys()


def test_statuses_and_targets_stand_in_the_ledger_as_they_were_sent(crawls: Crawls) -> None:
    for path in truth.with_fate(Fate.FOLLOWED, Fate.LOOP, Fate.LEFT, Fate.MISSING):
        page, expected = crawls.page(path), addresses.everything()[path]
        assert (page.status, page.location) == (expected.status, expected.location), path


def test_a_page_that_stands_only_in_a_gzipped_site_map_is_found(crawls: Crawls) -> None:
    (orphan,) = truth.only_in_sitemap()
    assert crawls.page(orphan).title.startswith(addresses.everything()[orphan].title)


def test_the_page_that_was_unavailable_at_first_is_there_after_a_pause(crawls: Crawls) -> None:
    asked = [request for request in crawls.requests[0] if request.path == addresses.TWICE_ASKED]
    assert [request.status for request in asked] == [503, 200]
    assert asked[1].at - asked[0].at >= 1.0
    assert crawls.page(addresses.TWICE_ASKED).status == 200


def test_the_old_page_is_read_in_its_own_charset(crawls: Crawls) -> None:
    page = crawls.page(addresses.WINDOWS_1252)
    assert page.charset == "windows-1252"
    assert page.body is not None
    text = plain_text(page.body, f"{page.content_type}; charset={page.charset}")
    assert addresses.WINDOWS_1252_TEXT in text


def test_stored_bodies_are_those_that_were_sent(crawls: Crawls) -> None:
    for path in (addresses.SLOW, addresses.WINDOWS_1252, *list(truth.stories())[:20]):
        assert crawls.page(path).body == site.answer(path, crawls.shop.rstrip("/"), attempt=2).body, path


def test_a_second_run_finds_every_page_unchanged_and_loses_none(crawls: Crawls) -> None:
    first, second = crawls.rows(1), crawls.rows(2)
    assert first.keys() == second.keys()
    read = {path: second[path] for path in truth.must_read()}
    assert Counter(page.outcome for page in read.values()) == {"unchanged": len(read)}
    reasons = Counter(page.reason for page in read.values())
    assert set(reasons) == {"not_modified", "identical"}
    assert reasons["not_modified"] > 500
    assert {path: page.digest for path, page in read.items()} == {path: first[path].digest for path in read}


def test_what_pages_say_is_stored_and_shown(
    crawls: Crawls, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = next(iter(truth.stories()))
    page = crawls.page(path)
    content = crawls.store.content(page.digest)
    assert content is not None
    assert content.reason == "ok"
    assert content.page_type
    get = ["get", page.url, "--workspace", str(crawls.store.path)]
    for option, shown in (("--text", content.text), ("--markdown", content.markdown)):
        assert enter([*get, option]) == 0
        assert capsys.readouterr().out == shown.rstrip("\n") + "\n"
    picture = tmp_path / "picture.html"
    assert enter(["inspect", *get[1:], "-o", str(picture)]) == 0
    assert f"type        {content.page_type}" in capsys.readouterr().out
    assert content.title in picture.read_text()


@pytest.mark.parametrize("number", [1, 2])
def test_every_quote_and_every_figure_of_the_report_holds(number: int, crawls: Crawls) -> None:
    folder = crawls.store.path / "reports" / crawls.run(number).id
    report = read_report(folder / "report.json")
    assert len(list(report.quotes())) >= 5
    assert figure_count(report) >= 6
    assert list(faults(crawls.store, report)) == []
    miscounted = report.model_dump(mode="json")
    miscounted["data"][0]["tables"][0]["rows"][0][2] += 1
    assert [as_json(one)["flaw"] for one in faults(crawls.store, Report.model_validate(miscounted))] == [
        "figures_differ"
    ]
    assert any(quote.engine.startswith("content-") for quote in report.quotes())
    assert {"report.md", "report.html"} <= {file.name for file in folder.iterdir()}


def test_an_unchanged_site_gives_the_same_findings(crawls: Crawls) -> None:
    found = [
        [quote.words for quote in read_report(folder / "report.json").quotes()]
        for folder in (crawls.store.path / "reports" / crawls.run(number).id for number in (1, 2))
    ]
    assert found[0] == found[1]
    first, second = (
        {path: (page.content_type, page.charset, page.title) for path, page in crawls.rows(number).items()}
        for number in (1, 2)
    )
    assert {path: facts for path, facts in second.items() if facts != first[path]} == {}


def test_every_file_of_the_workspace_is_listed_and_none_is_temporary(crawls: Crawls) -> None:
    names = [file.name for file in crawls.store.path.rglob("*") if file.is_file()]
    assert [name for name in names if name.endswith((".tmp", ".part"))] == []
    assert [name for name in names if name.endswith(".parquet")] != []


@pytest.mark.parametrize("number", [1, 2])
def test_every_field_of_every_product_is_right_and_says_where_it_stands(number: int, crawls: Crawls) -> None:
    sql = "SELECT url, data, sources FROM records WHERE record = 'product' AND run = '{}'"
    with crawls.store.query(sql.format(crawls.run(number).id)) as answer:
        rows = [row for batch in answer for row in batch.to_pylist()]
    found = {urlsplit(row["url"]).path: json.loads(row["data"]) for row in rows}
    wanted = ("title", "price", "upc", "sku", "brand", "stock")
    assert found == {
        path: {name: truth.record(product)[name] for name in wanted}
        for path, product in truth.products().items()
    }
    sources = [source for row in rows for source in json.loads(row["sources"]).values()]
    assert all(source["how"] and source["path"].startswith("/html") for source in sources)
    assert len(rows) == len(found)
