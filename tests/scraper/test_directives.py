import pytest

from scraper.directives import Directives, directives

NOW = 1_700_000_000.0  # 2023-11-14
AGENT = "TandemBot/1.0 (+https://example.org)"


@pytest.mark.parametrize(
    ("values", "noindex", "nofollow"),
    [
        ([], False, False),
        ([""], False, False),
        (["all"], False, False),
        (["index, follow"], False, False),
        (["noindex"], True, False),
        (["NoIndex"], True, False),
        (["nofollow"], False, True),
        (["none"], True, True),
        (["noindex,nofollow"], True, True),
        (["noindex ,  nofollow "], True, True),
        (["noindex", "nofollow"], True, True),
        (["noarchive, nosnippet"], False, False),
        (["noindexed"], False, False),
        (["index, noindex"], True, False),  # the strictest wins
        (["googlebot: noindex"], False, False),
        (["tandembot: noindex"], True, False),
        (["TandemBot:noindex"], True, False),
        (["*: noindex"], True, False),
        (["robots: nofollow"], False, True),
        (["googlebot: noindex, nofollow"], False, False),
        (["googlebot: noindex, tandembot: nofollow"], False, True),
        (["nofollow, googlebot: noindex"], False, True),
        (["googlebot: noindex", "nofollow"], False, True),
        (["tandembot: none, otherbot: noindex"], True, True),
        (["max-snippet:-1, noindex"], True, False),
        (["max-image-preview:large, nofollow"], False, True),
        (["unavailable_after: 25 Jun 2010 15:00:00 PST"], True, False),
        (["unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT"], True, False),
        (["unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, nofollow"], True, True),
        (["unavailable_after: 2010-06-25"], True, False),
        (["unavailable_after: 2010-06-25T15:00:00Z"], True, False),
        (["unavailable_after: 2099-06-25"], False, False),
        (["unavailable_after: Fri, 25 Jun 2094 15:00:00 GMT"], False, False),
        (["unavailable_after: whenever"], False, False),
        (["googlebot: unavailable_after: 2010-06-25"], False, False),
        (["tandembot: unavailable_after: 2010-06-25"], True, False),
        (["tandembot: unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT"], True, False),
        ([":", ",,,", ": ,"], False, False),
        (["x" * 5000 + ", noindex"], False, False),  # beyond what is read
    ],
)
def test_directives_are_read_for_one_agent(values: list[str], noindex: bool, nofollow: bool) -> None:
    assert directives(values, AGENT, NOW) == Directives(noindex, nofollow)


def test_an_agent_without_a_name_still_obeys_what_is_said_to_everyone() -> None:
    assert directives(["noindex", "googlebot: nofollow"], "", NOW) == Directives(noindex=True)
