"""What leaves by `export` comes back by `import`, and leaves again the same."""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from storage.store import Store
from tandem.__main__ import enter

from .changing_site import ChangingSite
from .test_incremental import FIRST, SECOND, crawl

WARCIO = Path(sys.executable).with_name("warcio")
# What an import gives anew, and what an export has given to rows that had none.
ANEW = {"run", "visit", "body_visit", "warc_record_id"}


@dataclass(frozen=True)
class Shop:
    """Two runs of a job over a site that changed in between."""

    site: ChangingSite
    workspace: Path

    @property
    def url(self) -> str:
        return self.site.url


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    workspace = tmp_path_factory.mktemp("shop") / "ws"
    with ChangingSite() as site:
        for pages in (FIRST, SECOND):
            site.pages = dict(pages)
            assert crawl(site, workspace) == 0
        yield Shop(site, workspace)


def run(*arguments: object) -> int:
    return enter([str(argument) for argument in arguments])


def export(workspace: Path, output: Path, *more: object) -> Path:
    assert run("export", "pages", "--format", "warc", "-o", output, "--workspace", workspace, *more) == 0
    return output


def rows(workspace: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """Every visit of every run, with its body wherever that lies."""
    found = {}
    with Store(workspace) as store:
        for number, each in enumerate(store.runs()):
            with store.snapshot([each]) as snapshot:
                for page in snapshot.rows(each):
                    values = {name: value for name, value in page._asdict().items() if name not in ANEW}
                    body, borrowed = store.body(page.visit), page.body_visit is not None
                    found[number, page.url] = values | {"body": body, "borrowed": borrowed}
    return found


def links(workspace: Path) -> list[tuple[object, ...]]:
    sql = "SELECT number, src, l.ordinal, dst, text, rel FROM links l JOIN runs r USING (run) ORDER BY ALL"
    with Store(workspace) as store, store.query(sql) as answer:
        return [row for batch in answer for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)]


def test_export_import_export_loses_nothing(shop: Shop, tmp_path: Path) -> None:
    first = export(shop.workspace, tmp_path / "first.warc.gz")
    assert run("import", first, "--workspace", tmp_path / "second") == 0
    assert rows(tmp_path / "second") == rows(shop.workspace)
    assert links(tmp_path / "second") == links(shop.workspace)
    second = export(tmp_path / "second", tmp_path / "second.warc.gz")
    assert run("import", second, "--workspace", tmp_path / "third") == 0
    assert rows(tmp_path / "third") == rows(shop.workspace)
    outcomes = {row["outcome"] for row in rows(tmp_path / "third").values()}
    assert outcomes == {"fetched", "unchanged", "refused", "failed"}


def test_what_came_back_is_found_by_get_and_compared_by_status(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = export(shop.workspace, tmp_path / "shop.warc.gz")
    assert run("import", archive, "--job", "shop", "--workspace", tmp_path / "ws") == 0
    told = {}
    for workspace in (shop.workspace, tmp_path / "ws"):
        capsys.readouterr()
        assert run("status", "shop/2", "--json", "--workspace", workspace) == 0
        told[workspace] = json.loads(capsys.readouterr().out)
        told[workspace]["changes"].pop("since")
    one, other = told.values()
    assert [one[key] for key in ("outcomes", "pages", "bytes", "changes")] == [
        other[key] for key in ("outcomes", "pages", "bytes", "changes")
    ]
    capsys.readouterr()
    assert run("get", f"{shop.url}tagged?utm_source=x", "--body", "--workspace", tmp_path / "ws") == 0


def test_a_crawl_goes_on_from_what_was_imported(shop: Shop, tmp_path: Path) -> None:
    archive = export(shop.workspace, tmp_path / "shop.warc.gz")
    assert run("import", archive, "--job", "shop", "--workspace", tmp_path / "ws") == 0
    shop.site.asked.clear()
    assert crawl(shop.site, tmp_path / "ws") == 0
    assert ("/tagged", '"1"', "") in shop.site.asked
    with Store(tmp_path / "ws") as store:
        page = store.get_page(f"{shop.url}tagged")
    assert page is not None
    assert (page.reason, page.title, page.run[:7]) == ("not_modified", "tagged", "shop-3-")


def test_a_run_alone_takes_along_the_bodies_it_shares(shop: Shop, tmp_path: Path) -> None:
    archive = export(shop.workspace, tmp_path / "two.warc", "--run", "shop/2")
    assert run("import", archive, "--workspace", tmp_path / "ws") == 0
    expected = {url: row for (number, url), row in rows(shop.workspace).items() if number == 1}
    with Store(tmp_path / "ws") as store:
        newest = len(store.runs()) - 1
    assert {url: row for (number, url), row in rows(tmp_path / "ws").items() if number == newest} == expected


@pytest.mark.parametrize("name", ["shop.warc", "shop.warc.gz"])
def test_warcio_finds_every_kind_of_record_and_nothing_wrong(name: str, shop: Shop, tmp_path: Path) -> None:
    archive = export(shop.workspace, tmp_path / name)
    checked = subprocess.run([WARCIO, "check", archive], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")
    index = subprocess.run(
        [WARCIO, "index", "-f", "warc-type", archive], capture_output=True, text=True, check=True
    )
    kinds = Counter(json.loads(line)["warc-type"] for line in index.stdout.splitlines())
    assert kinds.keys() == {"warcinfo", "request", "response", "revisit", "metadata"}
    assert kinds["metadata"] == len(rows(shop.workspace))


def test_pages_leave_as_lines_tables_and_columns(
    shop: Shop, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    options = ("export", "pages", "--run", "shop/2", "--workspace", shop.workspace, "-o")
    capsysbinary.readouterr()
    assert run(*options, "-", "--format", "jsonl") == 0
    told = {page["url"]: page for page in map(json.loads, capsysbinary.readouterr().out.splitlines())}
    assert run(*options, tmp_path / "pages.csv", "--format", "csv") == 0
    assert run(*options, tmp_path / "pages.parquet", "--format", "parquet") == 0
    with (tmp_path / "pages.csv").open(newline="") as file:
        table = {page["url"]: page for page in csv.DictReader(file)}
    columns = {page["url"]: page for page in pq.read_table(tmp_path / "pages.parquet").to_pylist()}
    expected = {url for number, url in rows(shop.workspace) if number == 1}
    assert expected - told.keys() == {f"{shop.url}robots.txt"} & expected
    assert told.keys() == table.keys() == columns.keys()
    same = f"{shop.url}same"
    assert told[same]["body"] == table[same]["body"] == columns[same]["body"].decode()
    assert told[same]["body"] == "<title>same</title>"
    assert told[same]["headers"][-1] == ["Content-Length", "19"]
    assert told[f"{shop.url}vanishing"]["status"] == 410


def test_links_leave_too(shop: Shop, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    capsysbinary.readouterr()
    assert run("export", "links", "--format", "jsonl", "-o", "-", "--workspace", shop.workspace) == 0
    told = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert len(told) == len(links(shop.workspace))


def test_pages_leave_as_a_folder_of_markdown(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "md"
    options = ("export", "pages", "--format", "markdown", "-o", folder, "--workspace", shop.workspace)
    assert run(*options) == 0
    written = sorted(path.relative_to(folder).parts[0][:6] for path in folder.rglob("*.md"))
    stored = {"fetched", "unchanged"}
    pages = [row for row in rows(shop.workspace).values() if row["outcome"] in stored and row["body"]]
    assert len(written) == len(pages)
    assert set(written) == {"shop-1", "shop-2"}
    [old] = folder.glob("shop-1-*/*/old-*.md")
    assert old.read_text().startswith(f'---\nurl: "{shop.url}old"\ntitle: "Café"\n')
    assert run(*options) == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".md.")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "links", "--format", "warc", "-o", "x"], "warc holds pages"),
        (["export", "pages", "--format", "parquet", "-o", "-"], "parquet does not go to stdout"),
        (["export", "pages", "--format", "csv", "-o", "/nowhere/x"], "/nowhere/x: cannot be written"),
        (["export", "pages", "--format", "warc", "-o", "/nowhere/x"], "/nowhere/x: cannot be written"),
        (["export", "pages", "--format", "markdown", "-o", "/nowhere/x"], "/nowhere/x: cannot be written"),
        (["export", "pages", "--format", "csv", "-o", "x", "--run", "other"], "no run 'other'"),
        (["import", "/nowhere.warc"], "/nowhere.warc: cannot be read: No such file"),
        (["import", __file__], "is no WARC file"),
        (["import", __file__, "--job", "a b"], "a name is made of letters"),
    ],
)
def test_what_cannot_be_is_one_line(
    arguments: list[str], said: str, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(*arguments, "--workspace", shop.workspace) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_failed_export_leaves_the_file_that_was_there(shop: Shop, tmp_path: Path) -> None:
    output = tmp_path / "pages.csv"
    output.write_text("before")
    output.parent.chmod(0o755)
    assert run("export", "pages", "--format", "csv", "-o", output, "--workspace", tmp_path / "none") == 2
    assert output.read_text() == "before"
    assert list(tmp_path.iterdir()) == [output]
