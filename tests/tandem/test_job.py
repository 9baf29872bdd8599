import json

import pytest
from pydantic import ValidationError

from tandem.job import Job, Seed, canonical_json
from tandem.job_values import Secret

SHORTEST = {"name": "books", "seeds": ["http://shop.test/"]}


def job(**parts: object) -> Job:
    return Job.model_validate({**SHORTEST, **parts})


def test_a_name_and_a_seed_make_a_job_with_careful_defaults() -> None:
    short = job()
    assert short.seeds == (Seed(url="http://shop.test/"),)
    assert (short.scope.within, short.scope.max_pages, short.crawl.delay) == ("host", 1000, 0.5)
    assert short.crawl.robots
    assert short.models.profile == "none"


def test_a_limit_knows_whether_it_was_written() -> None:
    scope = job(scope={"max_pages": 1000}).scope
    assert scope.is_written("max_pages")
    assert not scope.is_written("max_depth")


def test_a_job_read_back_from_its_json_is_the_same_and_knows_what_was_written() -> None:
    before = job(
        scope={"max_bytes": "2GB", "exclude": ["*/cart"]}, select=[{"record": "p", "fields": {"a": "url"}}]
    )
    after = Job.model_validate_json(canonical_json(before))
    assert after == before
    assert after.scope.is_written("max_bytes")
    assert not after.scope.is_written("max_pages")


def test_two_spellings_of_one_job_have_one_json() -> None:
    long = Job.model_validate({"seeds": [{"url": "http://shop.test/"}], "name": "books"})
    assert canonical_json(long) == canonical_json(job())


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (2048, 2048),
        ("2048", 2048),
        ("8MB", 8_000_000),
        ("1.5 MB", 1_500_000),
        ("64KiB", 65_536),
        ("5kb", 5000),
    ],
)
def test_sizes_are_written_as_people_write_them(written: object, size: int) -> None:
    assert job(crawl={"max_page_bytes": written}).crawl.max_page_bytes == size


@pytest.mark.parametrize("written", ["8XB", "MB", "-1KB", "1,5GB", "", "100B", True, 1.5])
def test_what_is_no_size_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        job(crawl={"max_page_bytes": written})


@pytest.mark.parametrize(("written", "read"), [(False, "off"), (True, "auto"), ("off", "off")])
def test_a_bare_off_is_a_word_for_the_broker(written: object, read: str) -> None:
    assert job(progress={"broker": written}).progress.broker == read


def test_a_topic_is_words_or_a_question_in_any_language() -> None:
    for topic in ("violins", "Wie repariert man eine Geige?", "バイオリンの修理"):
        assert job(scope={"topic": topic, "min_relevance": 0.2}).scope.topic == topic


def test_a_field_is_written_as_a_type_alone_or_with_details() -> None:
    price = {"type": "money", "hint": "incl. tax"}
    fields = {"title": "text", "tags": "list of text", "links": ["url"], "price": price}
    spec = job(select=[{"record": "product", "match": "/p/*", "fields": fields}]).select[0]
    assert spec.match == ("/p/*",)
    assert (spec.fields["title"].type, spec.fields["title"].many) == ("text", False)
    assert (spec.fields["tags"].type, spec.fields["tags"].many) == ("text", True)
    assert (spec.fields["links"].type, spec.fields["links"].many) == ("url", True)
    assert spec.fields["price"].hint == "incl. tax"


def test_a_secret_is_revealed_only_from_the_environment() -> None:
    crawl = job(crawl={"headers": {"Authorization": {"env": "SHOP"}, "Accept": "text/html"}}).crawl
    secret = crawl.headers["Authorization"]
    assert isinstance(secret, Secret)
    assert secret.reveal({"SHOP": "Bearer x"}) == "Bearer x"
    assert crawl.headers["Accept"] == "text/html"


@pytest.mark.parametrize(
    "parts",
    [
        {"crawl": {"headers": {"Authorization": "Bearer x"}}},
        {"crawl": {"headers": {"X-Api-Key": "x"}}},
        {"crawl": {"cookies": {"sid": "x"}}},
        {"crawl": {"proxy": "http://me:pw@proxy.test:3128"}},
        {"seeds": ["http://me:pw@shop.test/"]},
        {"progress": {"broker": "mqtts://me:pw@broker.test"}},
        {"models": {"deep": {"url": "http://me:pw@gpu.test"}}},
        {"models": {"deep": {"api_key": "sk-1"}}},
    ],
)
def test_a_secret_written_into_the_job_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        job(**parts)


@pytest.mark.parametrize(
    "parts",
    [
        {"name": "my shop"},
        {"name": "x" * 101},
        {"seeds": []},
        {"seeds": ["ftp://shop.test/"]},
        {"seeds": [{"url": "http://a.test", "file": "urls.txt"}]},
        {"scope": {"max_pages": 0}},
        {"scope": {"topic": "?!"}},
        {"scope": {"min_relevance": 0.2}},
        {"scope": {"topic": "violins", "min_relevance": 1.5}},
        {"scope": {"max_pages": True}},
        {"crawl": {"delay": -0.1}},
        {"crawl": {"delay": float("nan")}},
        {"crawl": {"user_agent": "two\nlines"}},
        {"select": [{"record": "p", "fields": {"size": "enum"}}]},
        {"select": [{"record": "p", "fields": {"upc": {"type": "text", "pattern": "("}}}]},
        {"analysis": {"formats": ["docx"]}},
        {"surprise": 1},
    ],
)
def test_what_makes_no_sense_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        job(**parts)


def test_the_json_names_variables_and_never_values() -> None:
    text = canonical_json(job(crawl={"cookies": {"sid": {"env": "SHOP_SID"}}}))
    assert json.loads(text)["crawl"]["cookies"] == {"sid": {"env": "SHOP_SID"}}
