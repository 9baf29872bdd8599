"""Profiles fit the memory that they state."""

from typing import get_args

import pytest

from tandem.inference.profiles import PROFILES
from tandem.inference.words import Tier
from tandem.job_models import Profile

# GB of weights at 4 bits, KiB of cache per token, as their publishers tell
SIZES = {
    "qwen3:4b-instruct-2507-q4_K_M": (2.5, 144),
    "llama3.1:8b-instruct-q4_K_M": (4.9, 128),
    "qwen3:30b-a3b-instruct-2507-q4_K_M": (18.6, 96),
    "llama3.3:70b-instruct-q4_K_M": (42.5, 160),  # with an 8-bit cache, as our container has
    "qwen2.5vl:7b": (6.0, 56),
    "bge-m3": (1.2, 0),
}
MEMORY = {
    "none": {},
    "laptop": {"all": 8},
    "gpu-24gb": {"each": 23},
    "server": {Tier.FAST: 12, Tier.DEEP: 56},
}


def gigabytes(profile: str, tier: Tier) -> float:
    endpoint = PROFILES[profile].endpoints[tier]
    weights, cache = SIZES[endpoint.model]
    return weights + cache * 1024 * endpoint.context * endpoint.slots / 1e9 + 0.7


def test_each_profile_of_the_job_file_is_there() -> None:
    assert set(PROFILES) == set(get_args(Profile))
    assert not PROFILES["none"].endpoints


def test_a_laptop_holds_all_of_its_models() -> None:
    assert sum(gigabytes("laptop", tier) for tier in PROFILES["laptop"].endpoints) < 8


@pytest.mark.parametrize("tier", PROFILES["gpu-24gb"].endpoints)
def test_a_24_gb_card_holds_each_model_whole(tier: Tier) -> None:
    assert gigabytes("gpu-24gb", tier) < 23


def test_the_fast_tier_of_a_card_takes_about_10_gb() -> None:
    assert gigabytes("gpu-24gb", Tier.FAST) == pytest.approx(10, abs=1)


def test_a_server_holds_both_at_once_on_servers_of_their_own() -> None:
    endpoints = PROFILES["server"].endpoints
    assert gigabytes("server", Tier.FAST) < 12
    assert gigabytes("server", Tier.DEEP) < 56
    assert endpoints[Tier.FAST].url != endpoints[Tier.DEEP].url


def test_the_fast_tier_always_has_a_slot_for_people() -> None:
    assert all(p.endpoints[Tier.FAST].slots >= 2 for p in PROFILES.values() if p.endpoints)
