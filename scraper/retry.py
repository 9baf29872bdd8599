"""Says which failures are worth another try, and after how long."""

from random import Random
from typing import Final

MAX_RETRY_AFTER: Final = 3600.0
FIRST_SECONDS: Final = 2.0
MAX_SECONDS: Final = 300.0

# What may go better next time. Everything else would go the same way again: a refusal by a rule, a URL or a
# body that cannot be read, a limit, a certificate.
REASONS: Final = frozenset(
    {
        "connect_refused",
        "connect_timeout",
        "connection_reset",
        "cut",
        "dns",
        "local_limit",
        "no_answer",
        "proxy",
        "proxy_refused",
        "proxy_unavailable",
        "robots_unreachable",
        "timeout",
        "too_slow",
        "unreachable",
    }
)
# They say nothing of the host that was to be asked.
OURS: Final = frozenset({"login_failed", "proxy_unavailable", "session_expired"})
# No other try now, and no last word: they may go well when the job is run again.
UNSETTLED: Final = frozenset({"login_failed", "session_expired"})
STATUSES: Final = frozenset({408, 421, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529})


def is_retried(reason: str, status: int) -> bool:
    """Whether this end of a visit may be followed by another try; `reason` is "ok" when a status decides."""
    return status in STATUSES if reason == "ok" else reason in REASONS


def wait_seconds(tries: int, rng: Random, retry_after: float | None = None) -> float:
    """How long to leave a URL alone after `tries` tries: doubling, spread over its upper half.

    The spread keeps URLs that failed together from coming back together. A server's own wish counts when it
    is longer, up to an hour.
    """
    longest = min(FIRST_SECONDS * 2.0 ** min(tries - 1, 30), MAX_SECONDS) if tries > 0 else 0.0
    backoff = longest * (0.5 + 0.5 * rng.random())
    return max(backoff, min(retry_after or 0.0, MAX_RETRY_AFTER))
