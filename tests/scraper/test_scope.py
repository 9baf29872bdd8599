import pytest

from scraper.pattern import BadPattern
from scraper.scope import Scope, Within
from storage.address import parse

SEEDS = [parse("http://shop.example.co.uk/docs/intro.html"), parse("https://other.example:8443/help")]


@pytest.mark.parametrize(
    ("within", "url", "is_inside"),
    [
        ("page", "http://shop.example.co.uk/docs/intro.html", True),
        ("page", "http://shop.example.co.uk/docs/intro.html?utm_source=x#y", True),
        ("page", "http://shop.example.co.uk/docs/", False),
        ("prefix", "http://shop.example.co.uk/docs/", True),
        ("prefix", "http://shop.example.co.uk/docs/a/b", True),
        ("prefix", "http://shop.example.co.uk/%64ocs/a", True),
        ("prefix", "https://shop.example.co.uk/docs/a", True),
        ("prefix", "http://shop.example.co.uk/docs", True),
        ("prefix", "http://shop.example.co.uk/docs2", False),
        ("prefix", "http://shop.example.co.uk/", False),
        ("prefix", "https://other.example:8443/help", True),
        ("prefix", "https://other.example:8443/help?x=1", True),
        ("prefix", "https://other.example:8443/help/x", True),
        ("prefix", "https://other.example:8443/helpful", False),
        ("prefix", "https://other.example/help", False),
        ("host", "http://shop.example.co.uk/", True),
        ("host", "https://shop.example.co.uk/", True),
        ("host", "http://SHOP.example.co.uk./", True),
        ("host", "http://shop.example.co.uk:8080/", False),
        ("host", "http://www.shop.example.co.uk/", False),
        ("host", "http://example.co.uk/", False),
        ("host", "https://other.example:8443/", True),
        ("domain", "http://www.example.co.uk:81/", True),
        ("domain", "http://example.co.uk/", True),
        ("domain", "http://evil.co.uk/", False),
        ("domain", "http://shop.example.co.uk.evil.example/", False),
        ("any", "http://anything.example/", True),
    ],
)
def test_within_is_relative_to_the_seeds(within: str, url: str, is_inside: bool) -> None:
    refusal = Scope.around(SEEDS, Within(within)).refuses(parse(url), 0)
    assert refusal == (None if is_inside else "out_of_scope")


def test_a_seed_at_the_root_has_the_whole_host_below_it() -> None:
    scope = Scope.around([parse("http://h.example")], Within.PREFIX)
    assert scope.refuses(parse("http://h.example/a/b"), 0) is None
    assert scope.refuses(parse("http://h.example.evil.example/"), 0) == "out_of_scope"


@pytest.mark.parametrize(
    ("within", "seed", "target", "url", "is_inside"),
    [
        ("host", "http://a.test/", "https://www.a.test/", "https://www.a.test/x", True),
        ("host", "http://www.a.test/", "https://a.test/home", "https://a.test/x", True),
        ("host", "http://a.test/", "http://shop.a.test:8080/", "http://shop.a.test:8080/x", True),
        ("host", "http://a.test/", "https://www.a.test/", "https://shop.a.test/x", False),
        ("host", "http://a.test/", "https://b.test/", "https://b.test/x", False),
        ("host", "http://a.co.uk/", "http://b.co.uk/", "http://b.co.uk/x", False),
        ("host", "http://10.0.0.1/", "http://10.0.0.1:81/", "http://10.0.0.1:81/x", False),
        ("host", "http://[::1]/", "http://[::1]:81/", "http://[::1]:81/x", False),
        ("host", "http://wiki/", "http://wiki:81/", "http://wiki:81/x", False),
        ("prefix", "http://a.test/docs", "https://www.a.test/docs/", "https://www.a.test/docs/x", True),
        ("prefix", "http://a.test/docs", "https://www.a.test/", "https://www.a.test/x", False),
        ("prefix", "http://a.test/docs", "https://www.a.test/", "https://www.a.test/", True),
        ("prefix", "http://a.test/docs", "http://a.test/manual/", "http://a.test/manual/x", False),
        ("prefix", "http://a.test/", "https://www.a.test/en/", "https://www.a.test/de/x", True),
        ("page", "http://a.test/old", "http://www.a.test/new", "http://www.a.test/new", True),
        ("page", "http://a.test/old", "http://www.a.test/new", "http://www.a.test/", False),
    ],
)
def test_where_a_seed_moved_within_its_site_counts_as_the_seed(
    within: str, seed: str, target: str, url: str, is_inside: bool
) -> None:
    scope = Scope.around([parse(seed)], Within(within))
    scope.follow_seed(parse(seed), parse(target))
    assert scope.refuses(parse(url), 0) == (None if is_inside else "out_of_scope")


def test_depth_counts_before_everything_else() -> None:
    scope = Scope.around(SEEDS, Within.HOST, max_depth=2)
    inside, outside = parse("http://shop.example.co.uk/x"), parse("http://far.example/")
    assert scope.refuses(inside, 2) is None
    assert scope.refuses(inside, 3) == "too_deep"
    assert scope.refuses(outside, 3) == "too_deep"


def test_exclude_wins_over_include_and_include_over_the_rest() -> None:
    scope = Scope.around(SEEDS, Within.HOST, include=["/docs/*"], exclude=["*/private/*"])
    assert scope.refuses(parse("http://shop.example.co.uk/docs/a"), 0) is None
    assert scope.refuses(parse("http://shop.example.co.uk/docs/private/a"), 0) == "excluded"
    assert scope.refuses(parse("http://shop.example.co.uk/blog"), 0) == "not_included"
    assert scope.refuses(parse("http://far.example/docs/a"), 0) == "out_of_scope"


def test_a_seed_needs_no_include_but_can_be_excluded() -> None:
    seed = parse("http://h.example/start")
    assert Scope.around([seed], include=["/docs/*"]).refuses(seed, 0) is None
    assert Scope.around([seed], exclude=["/start"]).refuses(seed, 0) == "excluded"


def test_without_seeds_nothing_is_near() -> None:
    assert Scope.around([], Within.HOST).refuses(parse("http://h.example/"), 0) == "out_of_scope"


def test_a_pattern_that_cannot_be_meant_is_said_when_the_scope_is_made() -> None:
    with pytest.raises(BadPattern, match="regular expression"):
        Scope.around(SEEDS, include=["^/a"])
