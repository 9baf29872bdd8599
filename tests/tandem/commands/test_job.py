import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tandem.__main__ import enter
from tandem.job_file import load_job

JOBS: list[object] = [
    {"name": "a", "seeds": ["http://a.test/"]},
    {"name": "a", "seeds": [{"url": "http://a.test/", "depth": 2}, {"file": "urls.txt"}]},
    {
        "name": "a",
        "seeds": ["http://a.test/"],
        "scope": {"within": "domain", "max_bytes": "2GB", "max_minutes": 1.5},
    },
    {"name": "a", "seeds": ["http://a.test/"], "crawl": {"headers": {"Accept": "x", "Cookie": {"env": "C"}}}},
    {
        "name": "a",
        "seeds": ["http://a.test/"],
        "select": [
            {"record": "p", "match": "/p/*", "fields": {"t": "text", "c": {"type": "money", "hint": "x"}}}
        ],
        "models": {"profile": "gpu-24gb", "deep": {"url": "http://127.0.0.1:1", "api_key": {"env": "KEY"}}},
        "analysis": {"questions": ["Why?"], "formats": ["md", "pdf"]},
    },
    {
        "name": "a",
        "seeds": ["http://a.test/"],
        "browser": {"sandbox": "off", "block": ["image"], "screenshots": "none", "capture_json": True},
        "pages": [
            {
                "match": "/list*",
                "do": [
                    {"wait_for": ".item", "optional": True, "timeout": 2.5},
                    {"fill": {"into": "#q", "text": {"env": "WORD"}}},
                    {"select": {"from": "#size", "option": "XL"}},
                    {"scroll": "until_no_more"},
                    {"scroll": {"times": 5}},
                    {"repeat": {"click": "#more", "at_most": 3}},
                    {"repeat": {"do": [{"click": ".next"}, {"wait_for": ".row"}]}},
                ],
                "screenshots": ["full_page"],
                "capture_json": ["/api/*"],
            }
        ],
    },
]
NO_JOBS: list[object] = [
    {"name": "a"},
    {"name": "a b", "seeds": ["http://a.test/"]},
    {"name": "a", "seeds": ["http://a.test/"], "crawl": {"dealy": 1}},
    {"name": "a", "seeds": ["http://a.test/"], "scope": {"max_pages": 0}},
    {"name": "a", "seeds": ["http://a.test/"], "scope": {"max_bytes": "lots"}},
    {"name": "a", "seeds": ["http://a.test/"], "pages": [{"do": [{"click": "a"}]}]},
    {"name": "a", "seeds": ["http://a.test/"], "pages": [{"match": "/", "do": [{"clik": "a"}]}]},
    {"name": "a", "seeds": ["http://a.test/"], "browser": {"block": ["images"]}},
]


@pytest.fixture
def schema(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert enter(["schema"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(found)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("job", JOBS)
def test_the_schema_accepts_jobs(job: object, schema: dict[str, object]) -> None:
    jsonschema.validate(job, schema)


@pytest.mark.parametrize("job", NO_JOBS)
def test_the_schema_refuses_what_is_no_job(job: object, schema: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(job, schema)


def test_every_key_is_described(schema: dict[str, object]) -> None:
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    for section in [schema, *definitions.values()]:
        for name, details in section["properties"].items():
            assert details.get("description"), name


def test_init_writes_a_job_that_check_and_the_schema_accept(
    tmp_path: Path, schema: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "books.yaml"
    assert enter(["init", "https://books.test/?a=1&b=2", "-o", str(target)]) == 0
    assert enter(["check", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}: nothing is wrong with job books-test\n"
    assert load_job(str(target)).job.seeds[0].url == "https://books.test/?a=1&b=2"
    jsonschema.validate(yaml.safe_load(target.read_text()), schema)


def test_what_init_comments_out_are_keys_that_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(["init", "https://books.test/", "-o", "-"])
    text = "\n".join(_uncommented(line) for line in capsys.readouterr().out.splitlines())
    target = tmp_path / "all.yaml"
    target.write_text(text)
    job = load_job(str(target)).job
    assert job.select[0].record == "product"
    assert job.crawl.is_written("allow_private_hosts")
    assert job.analysis.questions


def _uncommented(line: str) -> str:
    stripped = line.lstrip()
    return line.replace("# ", "", 1) if stripped.startswith("# ") else line


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "job.yaml"
    target.write_text("mine")
    assert enter(["init", "-o", str(target)]) == 2
    assert target.read_text() == "mine"
    assert "is there already" in capsys.readouterr().err


def test_check_prints_its_problems_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "job.yaml"
    target.write_text("name: a\nseeds: ['http://a.test/']\nscope:\n  max_page: 3\n")
    assert enter(["check", str(target), "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["line"], problem["column"], problem["path"]) == (4, 3, "scope.max_page")


def test_check_prints_the_job_as_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["check", "http://a.test/", "--set", "scope.max_pages=3", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read == {
        "problems": [],
        "job": {"name": "a-test", "seeds": [{"url": "http://a.test/"}], "scope": {"max_pages": 3}},
    }


def test_check_names_variables_that_are_not_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SHOP_SID", raising=False)
    assert enter(["check", "http://a.test/", "--set", "crawl.cookies.sid={env: SHOP_SID}"]) == 0
    assert "SHOP_SID is not set" in capsys.readouterr().err
