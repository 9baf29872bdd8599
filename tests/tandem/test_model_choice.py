"""Which endpoints come of a job's section on models."""

from typing import Any

import pytest
from pydantic import ValidationError

from tandem.inference.words import Dialect, Endpoint, Tier
from tandem.job_models import Models
from tandem.model_choice import endpoints_of, ollama_address


def chosen(section: dict[str, Any], ollama: str = "", **keys: str) -> dict[Tier, Endpoint]:
    return endpoints_of(Models.model_validate(section), ollama, keys)


def test_without_a_profile_there_is_none() -> None:
    assert chosen({}) == {}


def test_a_profile_sets_all_in_one_word() -> None:
    assert set(chosen({"profile": "laptop"})) == {Tier.FAST, Tier.EMBED}
    card = chosen({"profile": "gpu-24gb"})
    assert set(card) == set(Tier)
    assert {one.url for one in card.values()} == {"http://127.0.0.1:11434"}


def test_a_server_has_two_places_whatever_ollama_host_says() -> None:
    found = chosen({"profile": "server"}, "elsewhere:1234")
    assert found[Tier.FAST].url == "http://127.0.0.1:11435"
    assert found[Tier.DEEP].url == "http://127.0.0.1:11434"


def test_the_two_places_of_a_server_can_be_elsewhere() -> None:
    places = {"TANDEM_SMALL_OLLAMA": "http://small:11434", "TANDEM_LARGE_OLLAMA": "large"}
    found = chosen({"profile": "server"}, **places)
    assert found[Tier.FAST].url == found[Tier.EMBED].url == "http://small:11434"
    assert found[Tier.DEEP].url == found[Tier.VISION].url == "http://large:11434"
    assert chosen({"profile": "laptop"}, **places) == chosen({"profile": "laptop"})


def test_ollama_host_is_where_the_one_server_is() -> None:
    assert chosen({"profile": "laptop"}, "box:1234")[Tier.FAST].url == "http://box:1234"
    assert chosen({"fast": {"model": "m"}}, "box")[Tier.FAST].url == "http://box:11434"


def test_each_endpoint_is_corrected_key_by_key() -> None:
    section = {
        "profile": "laptop",
        "fast": {"context": 2048, "slots": 3},
        "deep": {
            "url": "https://me@gpu.test/v1",
            "model": "big",
            "backend": "openai",
            "api_key": {"env": "BIG_KEY"},
            "timeout": 2000,
        },
    }
    found = chosen(section, BIG_KEY="sk-1")
    plain = chosen({"profile": "laptop"})
    assert (found[Tier.FAST].context, found[Tier.FAST].slots) == (2048, 3)
    assert found[Tier.FAST].model == plain[Tier.FAST].model
    assert found[Tier.EMBED] == plain[Tier.EMBED]
    deep = found[Tier.DEEP]
    assert (deep.url, deep.backend, deep.api_key) == ("https://gpu.test/v1", Dialect.OPENAI, "sk-1")
    assert deep.timeout_seconds == deep.first_seconds == 2000
    assert "sk-1" not in repr(found)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"deep": {"url": "http://a"}}, "deep needs a model"),
        ({"profile": "laptop", "deep": {"slots": 2}}, "deep needs a model"),
        ({"fast": {"backend": "openai", "model": "m"}}, "fast needs a url"),
    ],
)
def test_a_tier_that_cannot_be_asked_is_a_problem_of_the_job(section: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Models.model_validate(section)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - where it listens
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("box", "http://box:11434"),
        (":9999", "http://127.0.0.1:9999"),
        ("https://models.test", "https://models.test:443"),
        ("http://models.test/", "http://models.test:80"),
        ("http://me:pw@models.test:1/", "http://models.test:1"),
        ("[::1]:5", "http://[::1]:5"),
        ("box:not-a-port", "http://127.0.0.1:11434"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it(given: str, address: str) -> None:
    assert ollama_address(given) == address
