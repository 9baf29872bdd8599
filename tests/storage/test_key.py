import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.address import parse
from storage.key import DEFAULT_RULES, KeyRules, canonical

NOTHING_DROPPED = KeyRules(frozenset(), ())


def test_a_job_extends_the_lists_by_names_and_prefixes() -> None:
    rules = DEFAULT_RULES.extended(["Ref", "promo_*", " aff "])
    assert canonical("/a?ref=1&PROMO_x=2&aff=3&b=4&utm_id=5", rules) == "/a?b=4"
    assert canonical("/a?ref=1", DEFAULT_RULES) == "/a?ref=1"


def test_an_empty_name_or_a_bare_star_does_not_drop_every_argument() -> None:
    assert DEFAULT_RULES.extended(["", "*", " "]).version == DEFAULT_RULES.version
    assert canonical("/a?b=1&=2", DEFAULT_RULES.extended(["", "*"])) == "/a?=2&b=1"


def test_rules_without_lists_drop_no_argument() -> None:
    assert canonical("/a?utm_source=1&b=2", NOTHING_DROPPED) == "/a?b=2&utm_source=1"


def test_the_version_names_the_lists() -> None:
    assert DEFAULT_RULES.extended(["b", "a"]).version == DEFAULT_RULES.extended(["a"]).extended(["b"]).version
    versions = {rules.version for rules in (DEFAULT_RULES, NOTHING_DROPPED, DEFAULT_RULES.extended(["x"]))}
    assert len(versions) == 3
    assert DEFAULT_RULES.extended(["x"]).version != DEFAULT_RULES.extended(["x*"]).version


def test_the_lists_kept_with_a_run_are_read_back_the_same() -> None:
    rules = DEFAULT_RULES.extended(["ref", "promo_*"])
    again = KeyRules.from_json(rules.as_json())
    assert again.version == rules.version
    assert parse("http://h.example/?ref=1&promo_a=2&c", None, again).key == "http://h.example/?c"


@pytest.mark.parametrize("name", sorted(DEFAULT_RULES.drop))
def test_every_listed_name_is_dropped_whatever_its_case(name: str) -> None:
    assert canonical(f"/a?{name}=1&{name.upper()}=2", DEFAULT_RULES) == "/a"


@given(st.text(alphabet="a%2eE;=&?/(S)~", max_size=40))
def test_a_canonical_path_and_query_stays_as_it_is(rest: str) -> None:
    once = canonical(f"/{rest}", DEFAULT_RULES)
    assert canonical(once, DEFAULT_RULES) == once
