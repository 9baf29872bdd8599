"""Sets of models that fit the memory of usual machines."""

from collections.abc import Mapping
from dataclasses import dataclass

from tandem.inference.words import Endpoint, Tier

HERE = "http://127.0.0.1:11434"
SMALL = "http://127.0.0.1:11435"  # a second server beside the large one


@dataclass(frozen=True, slots=True)
class Profile:
    """One word for a set of endpoints."""

    needs: str
    endpoints: Mapping[Tier, Endpoint]


def _small(model: str, url: str, slots: int, context: int) -> Endpoint:
    return Endpoint(
        url, model, context=context, slots=slots, timeout_seconds=20.0, first_seconds=60.0, keep_alive="30m"
    )


def _large(model: str, url: str, context: int) -> Endpoint:
    return Endpoint(url, model, context=context, slots=1, timeout_seconds=120.0, first_seconds=1800.0)


def _vectors(url: str) -> Endpoint:
    # 0.6B: 1.2 GB, many languages, 8k of context
    return Endpoint(url, "bge-m3", context=8192, slots=1, timeout_seconds=60.0, first_seconds=120.0)


PROFILES: dict[str, Profile] = {
    "none": Profile("nothing: the built-in engine selects and reports", {}),
    "laptop": Profile(
        # 4B at 4 bits: 2.5 GB, and 144 KiB per token: 1.1 GB for 2 × 4k
        "16 GB of memory, no graphics card: some 5 GB for both models",
        {
            Tier.FAST: _small("qwen3:4b-instruct-2507-q4_K_M", HERE, slots=2, context=4096),
            Tier.EMBED: _vectors(HERE),
        },
    ),
    "gpu-24gb": Profile(
        # 8B at 4 bits: 4.9 GB, and 128 KiB per token: 4.3 GB for 4 × 8k, with buffers some 10 GB.
        # 30B at 4 bits: 18.6 GB, and 96 KiB per token: 1.6 GB for 16k, with buffers some 21 GB.
        # Both at once do not fit: the server swaps them, the crawl's first, the report's after it.
        "one graphics card with 24 GB, one Ollama: 10 GB while crawling, 21 GB while reporting",
        {
            Tier.FAST: _small("llama3.1:8b-instruct-q4_K_M", HERE, slots=4, context=8192),
            Tier.DEEP: _large("qwen3:30b-a3b-instruct-2507-q4_K_M", HERE, context=16_384),
            Tier.EMBED: _vectors(HERE),
            Tier.VISION: Endpoint(HERE, "qwen2.5vl:7b", context=8192, timeout_seconds=60.0),
        },
    ),
    "server": Profile(
        # 70B at 4 bits: 42.5 GB, and 160 KiB per token with an 8-bit cache: 5.4 GB for 32k
        "12 GB of graphics memory for the fast tier, 56 GB for the deep one, each with a server of its own",
        {
            Tier.FAST: _small("llama3.1:8b-instruct-q4_K_M", SMALL, slots=4, context=8192),
            Tier.DEEP: _large("llama3.3:70b-instruct-q4_K_M", HERE, context=32_768),
            Tier.EMBED: _vectors(SMALL),
            Tier.VISION: Endpoint(HERE, "qwen2.5vl:7b", context=8192, timeout_seconds=60.0),
        },
    ),
}
