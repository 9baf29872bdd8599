"""Sessions and proxies in a job file: what is understood, what is refused and in which words."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from storage.address import parse
from tandem.environment import missing_secrets
from tandem.job import Job, canonical_json
from tandem.job_file import load_job
from tandem.problem import JobError, UsageError
from tandem.session_parts import Declared, declared

LOGIN = {"url": "https://shop.test/in?a=1", "fields": {"user": "anna", "word": {"env": "WORD"}}}
SECRETS = {"WORD": "horse", "SID": "abc", "PROXY": "http://me:pw@proxy.test:3128"}


def job(*sessions: dict[str, Any], seed: str = "https://shop.test/", **crawl: Any) -> Job:
    return Job.model_validate({"name": "a", "seeds": [seed], "sessions": list(sessions), "crawl": crawl})


def read(
    *sessions: dict[str, Any],
    seed: str = "https://shop.test/",
    variables: dict[str, str] | None = None,
    **crawl: Any,
) -> Declared:
    return declared(job(*sessions, seed=seed, **crawl), [(parse(seed), 1)], SECRETS | (variables or {}))


def test_a_login_is_read_with_its_secrets_and_shows_none() -> None:
    told = read({"hosts": ["shop.test"], "login": LOGIN})
    (session,) = told.sessions
    assert session.login is not None
    assert session.login.fields == (("user", "anna"), ("word", "horse"))
    assert session.expired is not None
    assert (session.expired.statuses, session.expired.login_path) == ({401, 403}, "/in")
    assert "horse" not in repr(told)


def test_user_and_password_of_http_become_a_header() -> None:
    spec = {"hosts": ["shop.test"], "basic": {"user": "Aladdin", "password": {"env": "WORD"}}}
    (session,) = read(spec, variables={"WORD": "open sesame"}).sessions
    assert session.headers == (("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),)
    assert session.expired is None


@pytest.mark.parametrize(
    ("spec", "seed", "allowed"),
    [
        ({"hosts": ["shop.test"], "login": LOGIN}, "http://shop.test/", False),
        (
            {"hosts": ["shop.test"], "login": LOGIN | {"url": "http://shop.test/in"}},
            "https://shop.test/",
            True,
        ),
        ({"hosts": ["shop.test"], "cookies": {"a": {"env": "SID"}}}, "http://shop.test/", True),
        ({"hosts": ["shop.test"], "cookies": {"a": {"env": "SID"}}}, "https://shop.test/", False),
        ({"hosts": ["shop.test"], "cookies": {"a": {"env": "SID"}}}, "http://other.test/", False),
    ],
)
def test_secrets_go_over_plain_http_only_where_the_job_names_such_an_address(
    spec: dict[str, Any], seed: str, allowed: bool
) -> None:
    (session,) = read(spec, seed=seed).sessions
    assert session.is_plain_allowed is allowed
    assert session.covers(parse("http://shop.test/x")) is allowed
    assert session.covers(parse("https://shop.test/x"))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"hosts": ["shop.test"]}, "needs one of `cookies`, `headers`, `basic` and `login`"),
        ({"hosts": ["*"], "login": LOGIN}, "'*' is not a host, host:port or *.suffix"),
        ({"hosts": [], "login": LOGIN}, "must have at least 1 entries"),
        ({"login": LOGIN}, "sessions[0].hosts: is missing"),
        ({"hosts": ["id.test"], "login": LOGIN}, "`hosts` must name shop.test as well: the login goes there"),
        (
            {"hosts": ["shop.test"], "login": LOGIN | {"check": {"url": "http://shop.test/me"}}},
            "`login.url` and `login.check.url` must both begin with https://",
        ),
        ({"hosts": ["shop.test"], "login": LOGIN | {"fields": {"word": "x"}}}, ""),
        (
            {"hosts": ["shop.test"], "login": LOGIN | {"fields": {"userpass": "x"}}},
            "login.fields.userpass: carries a secret: write {env: NAME}",
        ),
        ({"hosts": ["shop.test"], "cookies": {"a": "b"}}, "cookies.a: must be keys with values"),
        ({"hosts": ["shop.test"], "headers": {"X-Auth": "b"}}, "headers.X-Auth: carries a secret"),
        (
            {"hosts": ["shop.test"], "basic": {"user": "a", "password": "b"}},
            "basic.password: must be keys with values",
        ),
        ({"hosts": ["shop.test"], "login": LOGIN | {"form": "form["}}, "must be a CSS selector"),
        (
            {"hosts": ["shop.test"], "login": LOGIN | {"check": {}}},
            "needs one of `url`, `text` and `selector`",
        ),
        ({"hosts": ["shop.test"], "login": LOGIN | {"chek": {}}}, "unknown key, did you mean `check`?"),
        (
            {"hosts": ["shop.test"], "login": LOGIN | {"url": "https://a:b@shop.test/"}},
            "must not hold a password",
        ),
        (
            {"hosts": ["shop.test"], "login": LOGIN, "expired_when": {"status": [200]}},
            "must be at least 300, not 200",
        ),
    ],
)
def test_what_is_wrong_with_a_session_is_said_in_one_line(
    spec: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "job.yaml"
    path.write_text(json.dumps({"name": "a", "seeds": ["https://shop.test/"], "sessions": [spec]}))
    if not message:
        load_job(str(path))
        return
    with pytest.raises(JobError) as caught:
        load_job(str(path))
    (line,) = str(caught.value).splitlines()
    assert "sessions[0]" in line
    assert message in line


def test_every_variable_that_a_session_or_a_proxy_names_is_needed() -> None:
    spec = {
        "hosts": ["shop.test"],
        "cookies": {"a": {"env": "ONE"}},
        "headers": {"X-Key": {"env": "TWO"}},
        "basic": {"user": {"env": "THREE"}, "password": {"env": "FOUR"}},
        "login": LOGIN | {"fields": {"word": {"env": "FIVE"}}},
    }
    proxies = {"list": [{"env": "SIX"}], "per_host": {"a.test": {"env": "SEVEN"}}}
    found = missing_secrets(job(spec, proxies=proxies), {})
    assert found == ("FIVE", "FOUR", "ONE", "SEVEN", "SIX", "THREE", "TWO")


def test_what_is_kept_with_a_run_names_variables_only() -> None:
    text = canonical_json(job({"hosts": ["shop.test"], "login": LOGIN}, proxies={"list": [{"env": "PROXY"}]}))
    assert "WORD" in text
    assert "PROXY" in text
    assert "horse" not in text


def test_a_secret_that_no_header_can_carry_is_named_and_not_shown() -> None:
    spec = {"hosts": ["shop.test"], "cookies": {"a": {"env": "SID"}}}
    with pytest.raises(UsageError, match="SID holds a line break") as caught:
        read(spec, variables={"SID": "canary\r\nX: y"})
    assert "canary" not in str(caught.value)


def test_proxies_come_from_the_job_and_the_environment() -> None:
    proxies = {
        "list": ["http://one.test:3128", {"env": "PROXY"}],
        "per_host": {"intranet.test": "direct", "*.far.test": {"env": "PROXY"}},
    }
    plan = read(proxies=proxies).proxies
    assert plan.rotating == ("http://one.test:3128", "http://me:pw@proxy.test:3128")
    assert [(pattern.text, url) for pattern, url in plan.per_host] == [
        ("intranet.test", "direct"),
        ("*.far.test", "http://me:pw@proxy.test:3128"),
    ]
    assert not read().proxies


@pytest.mark.parametrize(
    "crawl",
    [
        {"proxies": {"list": ["http://me:pw@proxy.test"]}},
        {"proxies": {"list": ["socks5://proxy.test"]}},
        {"proxies": {"list": ["direct"]}},
        {"proxies": {"per_host": {"*": "http://proxy.test"}}},
        {"proxies": {"list": ["http://a.test"]}, "proxy": "http://b.test"},
    ],
)
def test_proxies_that_make_no_sense_are_refused(crawl: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"password|http://|host|write one"):
        job(**crawl)


@pytest.mark.parametrize("value", ["proxy.test:3128", "socks5://a.test", "http://a.test/path", "http://a b/"])
def test_a_variable_that_holds_no_proxy_is_named_and_not_shown(value: str) -> None:
    with pytest.raises(UsageError, match="PROXY must hold the URL of a proxy") as caught:
        read(proxies={"list": [{"env": "PROXY"}]}, variables={"PROXY": value})
    assert value not in str(caught.value)


def test_the_examples_of_the_documentation_are_understood(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "sessions.md").read_text()
    blocks = re.findall(r"(?:^    .*\n|^\n)+", text, re.MULTILINE)
    shown = [textwrap.dedent(block) for block in blocks if block.strip()]
    assert [block.strip().partition(":")[0] for block in shown] == ["sessions", "crawl"]
    path = tmp_path / "job.yaml"
    path.write_text("name: a\nseeds: ['https://shop.example/']\n" + "".join(shown))
    read = load_job(str(path)).job
    assert len(read.sessions) == 2
    assert len(read.crawl.proxies.list) == 3
