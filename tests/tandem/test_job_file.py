import io
import sys
from pathlib import Path

import pytest

from tandem.job_file import job_name_of, load_job
from tandem.problem import JobError, UsageError

MANY_MISTAKES = """\
name: my shop
seeds: [3, ftp://x.test/, "http://a:b@x.test/"]
max_pages: 10
scope:
  within: hots
  max_pages: lots
  max_bytes: 8XB
crawl:
  dealy: 1
  concurrency: true
  headers: {A: 3, Authorization: Basic x}
  timeout: 0
select:
  - fields: {a b: text, x: {type: texto, hnt: x}}
zzz: 1
"""
SAID = [
    "1:1: name: must be at most 100 letters, digits, - and _, not 'my shop'",
    "2:9: seeds[0]: must be a URL, {url: …} or {file: …}",
    "2:12: seeds[1].url: must begin with http:// or https://, not 'ftp://x.test/'",
    "2:27: seeds[2].url: must not hold a password: name the environment variable that holds it instead",
    "3:1: max_pages: unknown key, did you mean `scope.max_pages`?",
    "5:3: scope.within: must be one of page, prefix, host, domain, any, not 'hots'; did you mean host?",
    "6:3: scope.max_pages: must be a whole number, not 'lots'",
    "7:3: scope.max_bytes: must be a size such as 500KB, 8MB or 2GB",
    "9:3: crawl.dealy: unknown key, did you mean `delay`?",
    "10:3: crawl.concurrency: must be a whole number, not true",
    "11:13: crawl.headers.A: must be text; put it in quotes, not 3",
    "11:19: crawl.headers.Authorization: carries a secret: write {env: NAME} and put it",
    "12:3: crawl.timeout: must be more than 0, not 0",
    "14:5: select[0].record: is missing",
    "14:14: select[0].fields.a b: must be a name of at most 64 letters, digits and _, not 'a b'",
    "14:29: select[0].fields.x.type: must be one of text, integer, number, money, date,",
    "14:42: select[0].fields.x.hnt: unknown key, did you mean `hint`?",
    "15:1: zzz: unknown key; the nearest is `",
]


def write(folder: Path, text: str) -> str:
    path = folder / "job.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def problems(source: str, *changes: str) -> list[str]:
    with pytest.raises(JobError) as caught:
        load_job(source, changes)
    return str(caught.value).splitlines()


def test_every_problem_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    source = write(tmp_path, MANY_MISTAKES)
    lines = problems(source)
    assert len(lines) == len(SAID)
    for line, said in zip(lines, SAID, strict=True):
        assert line.startswith(f"{source}:{said}")


def test_an_unknown_key_far_from_all_others_names_the_nearest_and_all(tmp_path: Path) -> None:
    (line,) = problems(write(tmp_path, "name: a\nseeds: ['http://a.test']\nscope: {qqq: 1}\n"))
    assert "the nearest is `" in line
    assert "within, include, exclude" in line


def test_a_problem_of_yaml_and_one_of_the_job_are_said_together(tmp_path: Path) -> None:
    lines = problems(write(tmp_path, "name: a\nseeds: ['http://a.test']\nname: b\nfoo: 1\n"))
    assert [line.split(": ", 1)[1][:20] for line in lines] == ["name: is written twi", "foo: unknown key; th"]


def test_set_changes_one_value_and_wins_over_the_file(tmp_path: Path) -> None:
    source = write(tmp_path, "name: a\nseeds: ['http://a.test/']\nscope: {max_pages: 5}\n")
    changes = ["scope.max_pages=7", "crawl.robots=false", "seeds[0]=http://b.test/", "scope.exclude=[x, y]"]
    job = load_job(source, changes).job
    assert (job.scope.max_pages, job.crawl.robots) == (7, False)
    assert job.seeds[0].url == "http://b.test/"
    assert job.scope.exclude == ("x", "y")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("scope.max_page=3", "scope.max_page: unknown key, did you mean `max_pages`?"),
        ("scope.max_pages=x", "scope.max_pages: must be a whole number, not 'x'"),
        ("scope.max_pages", "must look like key.path=value, such as scope.max_pages=50"),
        ("=3", "must look like key.path=value, such as scope.max_pages=50"),
        ("seeds.9=http://x.test", "seeds[9]: there is nothing at seeds[9]"),
        ("name.first=x", "name.first: there is nothing at name.first"),
        ("name=[", "name: no valid YAML: "),
    ],
)
def test_a_wrong_set_is_a_problem_like_any_other(change: str, said: str) -> None:
    lines = problems("http://a.test/", change)
    assert any(line.startswith(f"--set {change}: {said}") for line in lines), lines


def test_a_url_alone_is_a_job_named_after_its_host() -> None:
    loaded = load_job("https://Books.test:8080/x?y=1", ["scope.max_pages=4"])
    assert loaded.job.name == "books-test"
    assert loaded.job.seeds[0].url == "https://Books.test:8080/x?y=1"
    assert loaded.job.scope.max_pages == 4


@pytest.mark.parametrize(
    ("url", "name"),
    [("http://[::1]:80/", "1"), ("http://münchen.test/", "m-nchen-test"), ("http:///", "site")],
)
def test_any_host_makes_a_name(url: str, name: str) -> None:
    assert job_name_of(url) == name


def test_a_job_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"name: piped\nseeds: ['http://a.test/']\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert load_job("-").job.name == "piped"


def test_the_folder_of_a_job_is_where_its_file_lies(tmp_path: Path) -> None:
    assert load_job(write(tmp_path, "name: a\nseeds: [{file: urls.txt}]\n")).folder == tmp_path


@pytest.mark.parametrize("source", ["nowhere.yaml", "books.test", "/"])
def test_a_file_that_cannot_be_read_is_one_line(source: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_job(source)
    assert str(caught.value).startswith(source)
    assert len(str(caught.value).splitlines()) == 1


def test_a_list_instead_of_a_job_is_said(tmp_path: Path) -> None:
    (line,) = problems(write(tmp_path, "- http://a.test/\n"))
    assert line.endswith("must be keys with values, not a list of 1")
