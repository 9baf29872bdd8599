import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jwm.robotstxt.googlebot import RobotsMatcher

from scraper.robots import MAX_BYTES, RobotsRules

HOST = "http://h.example"
TO_ALL = "User-agent: *\n"

CASES = [  # robots.txt, agent, path, allowed
    ("", "foo", "/", True),
    ("\n\n#x\n", "foo", "/", True),
    (TO_ALL + "Disallow: /", "foo", "/", False),
    (TO_ALL + "Disallow:", "foo", "/x", True),
    (TO_ALL + "Disallow: ", "foo", "/x", True),
    (TO_ALL + "Allow: /", "foo", "/x", True),
    (TO_ALL + "Disallow: /x", "foo", "/x", False),
    (TO_ALL + "Disallow: /x", "foo", "/xyz", False),
    (TO_ALL + "Disallow: /x", "foo", "/X", True),
    (TO_ALL + "Disallow: /x/", "foo", "/x", True),
    (TO_ALL + "Disallow: /x/", "foo", "/x/y", False),
    (TO_ALL + "Disallow: /x", "foo", "/y/x", True),
    (TO_ALL + "Disallow: x", "foo", "/x", True),
    ("Disallow: /", "foo", "/x", True),  # before any agent
    ("Disallow: /\nUser-agent: *\nAllow: /", "foo", "/x", True),
    # agents
    ("User-agent: foo\nDisallow: /", "foo", "/x", False),
    ("User-agent: foo\nDisallow: /", "bar", "/x", True),
    ("USER-AGENT: FOO\nDISALLOW: /", "foo", "/x", False),
    ("user-agent: foo\ndisallow: /", "FOO", "/x", False),
    ("User-agent: foo/1.0\nDisallow: /", "foo", "/x", False),
    ("User-agent: foo\nDisallow: /", "foo/2.0 (+http://f.example)", "/x", False),
    ("User-agent: foobar\nDisallow: /", "foo", "/x", True),
    ("User-agent: foo\nDisallow: /", "foobar", "/x", True),
    ("User-agent: foo bar\nDisallow: /", "foo", "/x", False),
    ("User-agent: *\nDisallow: /\nUser-agent: foo\nAllow: /", "foo", "/x", True),
    ("User-agent: foo\nAllow: /\nUser-agent: *\nDisallow: /", "foo", "/x", True),
    ("User-agent: foo\n\nUser-agent: *\nDisallow: /", "foo", "/x", False),  # one group for both
    ("User-agent: foo\nDisallow: /a\nUser-agent: *\nDisallow: /b", "foo", "/b", True),
    ("User-agent: foo\nUser-agent: bar\nDisallow: /", "bar", "/x", False),
    (
        "User-agent: foo\nDisallow: /a\nUser-agent: bar\nDisallow: /c\nUser-agent: foo\nDisallow: /b",
        "foo",
        "/b",
        False,
    ),
    (
        "User-agent: foo\nDisallow: /a\nUser-agent: bar\nDisallow: /c\nUser-agent: foo\nDisallow: /b",
        "foo",
        "/c",
        True,
    ),
    ("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "foo", "/a", False),
    ("User-agent: * x\nDisallow: /", "foo", "/x", False),
    ("User-agent: *x\nDisallow: /", "foo", "/x", True),
    ("User-agent: a\nSitemap: http://s\nUser-agent: foo\nDisallow: /", "a", "/x", False),
    ("User-agent: a\nCrawl-delay: 1\nUser-agent: foo\nDisallow: /", "a", "/x", False),
    ("User-agent: foo\nFoo: bar\nDisallow: /", "foo", "/x", False),
    # the longest match
    (TO_ALL + "Disallow: /x/page.html\nAllow: /x/", "foo", "/x/page.html", False),
    (TO_ALL + "Allow: /x/page.html\nDisallow: /x/", "foo", "/x/page.html", True),
    (TO_ALL + "Allow: /x/page.html\nDisallow: /x/", "foo", "/x/other", False),
    (TO_ALL + "Disallow: /x\nAllow: /x", "foo", "/x", True),  # allow wins ties
    (TO_ALL + "Allow: /x\nDisallow: /x", "foo", "/x", True),
    (TO_ALL + "Disallow: /*.html\nAllow: /page", "foo", "/page.html", False),
    (TO_ALL + "Allow: /page\nDisallow: /*.htm", "foo", "/page.htm", False),
    (TO_ALL + "Allow: /page\nDisallow: /*.ht", "foo", "/page.htm", True),
    (TO_ALL + "Allow: /page\nDisallow: /*.h", "foo", "/page.htm", True),
    (TO_ALL + "Allow: /p\nDisallow: /", "foo", "/page", True),
    (TO_ALL + "Allow: /$\nDisallow: /", "foo", "/", True),
    (TO_ALL + "Allow: /$\nDisallow: /", "foo", "/page", False),
    (TO_ALL + "Disallow: /a/b/c/d\nAllow: /a", "foo", "/a", True),
    # wildcards
    (TO_ALL + "Disallow: /fish*", "foo", "/fish/salmon", False),
    (TO_ALL + "Disallow: *", "foo", "/x", False),
    (TO_ALL + "Disallow: /*.php", "foo", "/a/b.php?c", False),
    (TO_ALL + "Disallow: /*.php$", "foo", "/a/b.php", False),
    (TO_ALL + "Disallow: /*.php$", "foo", "/a/b.php?c", True),
    (TO_ALL + "Disallow: /*.php$", "foo", "/a/b.php.php", False),
    (TO_ALL + "Disallow: /a*b*c", "foo", "/a1b2c3", False),
    (TO_ALL + "Disallow: /a*b*c", "foo", "/a1c2b3", True),
    (TO_ALL + "Disallow: /x$", "foo", "/x", False),
    (TO_ALL + "Disallow: /x$", "foo", "/x/", True),
    (TO_ALL + "Disallow: /x$y", "foo", "/x$yz", False),
    (TO_ALL + "Disallow: /a*$", "foo", "/abc", False),
    (TO_ALL + "Disallow: /ab*ba$", "foo", "/aba", True),
    (TO_ALL + "Disallow: /?", "foo", "/?x", False),
    (TO_ALL + "Disallow: /*?x=", "foo", "/a?x=1", False),
    (TO_ALL + "Disallow: $", "foo", "/x", True),
    # percent-encoding
    (TO_ALL + "Disallow: /ä", "foo", "/%C3%A4", False),
    (TO_ALL + "Disallow: /%c3%a4", "foo", "/%C3%A4", False),
    (TO_ALL + "Disallow: /%C3%A4", "foo", "/%c3%a4", False),
    (TO_ALL + "Disallow: /\ufeff", "foo", "/%EF%BB%BF", False),
    (TO_ALL + "Disallow: /a%2Fb", "foo", "/a/b", True),
    (TO_ALL + "Disallow: /%zz", "foo", "/%zz", False),
    # what files look like
    ("\ufeffUser-agent: foo\nDisallow: /", "foo", "/x", False),
    ("\ufeff\ufeffUser-agent: foo\nDisallow: /", "foo", "/x", True),
    ("User-agent: foo\rDisallow: /\r", "foo", "/x", False),
    ("User-agent: foo\r\nDisallow: /\r\n", "foo", "/x", False),
    ("User-agent: foo\n\r\nDisallow: /", "foo", "/x", False),
    ("  User-agent  :  foo  \n\t Disallow\t:\t/ \t", "foo", "/x", False),
    ("User-agent foo\nDisallow /", "foo", "/x", False),
    ("User-agent foo\nDisallow / x", "foo", "/x", True),
    ("User-agent: foo # me\nDisallow: /a # not b", "foo", "/a", False),
    ("User-agent: foo\nDisallow: #/", "foo", "/x", True),
    ("User-agent: foo\nDisalow: /", "foo", "/x", False),
    ("Useragent: foo\nDissallow: /", "foo", "/x", False),
    ("User agent: foo\nDisallow: /", "foo", "/x", False),
    ("User-agent: foo\n<html><body>\n: /\nDisallow: /", "foo", "/x", False),
    ("User-agent: foo\nDisallow: /a\0b", "foo", "/ac", False),
    ("User-agent: foo\nDisallow: /a\u2028Disallow: /b", "foo", "/b", True),
    # /index.html stands for its folder
    (TO_ALL + "Allow: /d/index.html\nDisallow: /", "foo", "/d/", True),
    (TO_ALL + "Allow: /d/index.html\nDisallow: /", "foo", "/d/index.html", True),
    (TO_ALL + "Allow: /d/index.html\nDisallow: /", "foo", "/d/x", False),
    (TO_ALL + "Disallow: /d/index.html", "foo", "/d/", True),
]


@pytest.mark.parametrize(("robots", "agent", "path", "allowed"), CASES)
def test_a_robots_file_is_understood(robots: str, agent: str, path: str, allowed: bool) -> None:
    assert RobotsRules.parse(robots.encode(), agent).allows(HOST + path) is allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://h.example", True),
        ("http://h.example/x", False),
        ("http://h.example/x#y", False),
        ("http://h.example#/x", True),
        ("http://h.example?x", True),
        ("h.example/x", False),
        ("//h.example/x", False),
        ("/x", False),
        ("http://h.example/?u=http://o.example/x", True),
        ("h.example/x?u=http://o.example/y", False),
        ("", True),
    ],
)
def test_the_path_of_any_url_is_found(url: str, allowed: bool) -> None:
    assert RobotsRules.parse(b"User-agent: *\nDisallow: /x", "foo").allows(url) is allowed


@pytest.mark.parametrize(
    ("robots", "delay"),
    [
        (TO_ALL + "Crawl-delay: 2.5", 2.5),
        (TO_ALL + "crawl-delay: 0", 0),
        (TO_ALL + "Crawl-delay: 100000", 60),
        (TO_ALL + "Crawl-delay: inf", 60),
        (TO_ALL + "Crawl-delay: nan", None),
        (TO_ALL + "Crawl-delay: -1", None),
        (TO_ALL + "Crawl-delay: soon", None),
        (TO_ALL + "Disallow: /", None),
        ("Crawl-delay: 3", None),
        ("User-agent: bar\nCrawl-delay: 3\nDisallow: /", None),
        ("User-agent: foo\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 4", 4),  # one group for both
        ("User-agent: foo\nDisallow: /a\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 4", 3),
        ("User-agent: foo\nDisallow: /a\nUser-agent: *\nDisallow: /b\nCrawl-delay: 4", None),
    ],
)
def test_the_crawl_delay_is_that_of_the_agents_group(robots: str, delay: float | None) -> None:
    assert RobotsRules.parse(robots.encode(), "foo").crawl_delay == delay


def test_sitemaps_stand_outside_the_groups() -> None:
    robots = "Sitemap: http://h.example/ä.xml\nUser-agent: bar\nSITE-MAP:/two.xml\nSitemap:\nDisallow: /\n"
    assert RobotsRules.parse(robots.encode(), "foo").sitemaps == ("http://h.example/ä.xml", "/two.xml")


def test_what_is_not_utf_8_is_still_read() -> None:
    robots = b"\xff\xfe junk\nUser-agent: foo\nDisallow: /\xe4\nSitemap: /\xe4\n"
    rules = RobotsRules.parse(robots, "foo")
    assert not rules.allows(HOST + "/%E4")
    assert rules.sitemaps == ("/\ufffd",)


def test_a_rule_cut_by_the_size_limit_is_left_out() -> None:
    start = b"User-agent: *\nDisallow: /a\n"
    filler = b"#" * (MAX_BYTES - len(start) - len(b"\nDisallow: /b")) + b"\nDisallow: /b/c\n"
    rules = RobotsRules.parse(start + filler, "foo")
    assert not rules.allows(HOST + "/a")
    assert rules.allows(HOST + "/b/x")


def test_an_agent_without_a_name_is_everyone() -> None:
    rules = RobotsRules.parse(b"User-agent: 123\nAllow: /\nUser-agent: *\nDisallow: /", "")
    assert not rules.allows(HOST + "/x")


def test_everything_and_nothing() -> None:
    assert RobotsRules.allow_all().allows(HOST + "/x")
    assert not RobotsRules.disallow_all().allows(HOST)


def test_the_largest_file_is_read_once_and_asked_cheaply() -> None:
    lines = b"".join(b"Disallow: /p/%d/*/x$\nAllow: /q/%d\n" % (n, n) for n in range(30_000))
    started = time.process_time()
    rules = RobotsRules.parse(TO_ALL.encode() + lines, "foo")
    parsed = time.process_time()
    for number in range(1000):
        rules.allows(f"{HOST}/p/{number}/y/z")
    assert not rules.allows(f"{HOST}/p/77/y/x")
    assert parsed - started < 2  # orders of magnitude, not figures: a quadratic reader would take minutes
    assert time.process_time() - parsed < 2


AGENTS = ["User-agent: foo", "User-agent: bar", "user agent foo/1", "User-agent: *", "User-agent: * x"]
OTHERS = ["Sitemap: x", "", "Crawl-delay: 1", "x", "Disallow:", "Allow", "\ufeff", "\0", "#"]
LINE = st.sampled_from([*AGENTS, *OTHERS, "Allow: /d/index.html", "Allow: /a*/index.htm$"])
PATTERN = st.text(alphabet="/ab*$?%2f ;ä", max_size=7)
RULE = st.builds("{}{}".format, st.sampled_from(["Allow: ", "Disallow: ", "disallow ", "Disalow:"]), PATTERN)
ROBOTS = st.lists(LINE | RULE | RULE, max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\r", "\r\n"]).map(lambda end: end.join(lines))
)


@given(ROBOTS, st.text(alphabet="/ab?2F%;$*#", max_size=8))
@example("User-agent: *\nDisallow: /abcde\nAllow: /a", "a")
def test_every_answer_is_that_of_googles_own_matcher(robots: str, path: str) -> None:
    url = f"{HOST}/{path}"
    expected = RobotsMatcher().OneAgentAllowedByRobots(robots, "foo", url)
    assert RobotsRules.parse(robots.encode(), "foo").allows(url) is expected


@given(st.binary(max_size=300))
def test_no_body_is_too_broken_to_read(body: bytes) -> None:
    assert RobotsRules.parse(body, "foo").allows(HOST) in {True, False}
