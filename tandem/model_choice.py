"""Which models a job uses: those of its profile, corrected one by one, and where their lanes are."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from tandem import job_models
from tandem.inference.profiles import HERE, PROFILES, SMALL
from tandem.inference.words import Dialect, Endpoint, Tier

_OLLAMA_PORT = 11434
# Where the two servers of the profile `server` are, when they are not both on this machine.
_PLACES = {SMALL: "TANDEM_SMALL_OLLAMA", HERE: "TANDEM_LARGE_OLLAMA"}


def endpoints_of(
    models: job_models.Models, ollama_host: str, variables: Mapping[str, str]
) -> dict[Tier, Endpoint]:
    """The endpoint of each tier that is configured; `variables` hold keys, and the places of two servers."""
    here = ollama_address(ollama_host)
    chosen = {}
    for tier in Tier:
        given: job_models.Endpoint | None = getattr(models, tier)
        known = PROFILES[models.profile].endpoints.get(tier)
        if known is not None:
            is_pair = models.profile == "server"
            known = replace(known, url=_place(known.url, variables) if is_pair else here)
        endpoint = known if given is None else _corrected(known, given, here, variables)
        if endpoint is not None:
            chosen[tier] = endpoint
    return chosen


def _place(url: str, variables: Mapping[str, str]) -> str:
    """Where one of two servers is: the profile tells them apart by their ports."""
    given = variables.get(_PLACES[url], "")
    return ollama_address(given) if given.strip() else url


def ollama_address(given: str) -> str:
    """The address that OLLAMA_HOST means; the usual one when it is not set, or cannot be read."""
    if not given.strip():
        return HERE
    text = given.strip() if "://" in given else f"http://{given.strip()}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "127.0.0.1", parts.port
    except ValueError:
        return HERE
    usual = {"http": 80, "https": 443}.get(parts.scheme, _OLLAMA_PORT) if "://" in given else _OLLAMA_PORT
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - where it listens, not where it is
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{port or usual}"


def _corrected(
    known: Endpoint | None, given: job_models.Endpoint, here: str, variables: Mapping[str, str]
) -> Endpoint | None:
    """What the job writes wins, key by key."""
    model = given.model or (known.model if known else "")
    if not model:
        return None  # the check of the job has said so
    start = known or Endpoint(here, model)
    timeout = start.timeout_seconds if given.timeout is None else given.timeout
    return replace(
        start,
        url=without_user(given.url) if given.url else start.url,
        model=model,
        backend=Dialect(given.backend) if given.backend else start.backend,
        api_key=variables.get(given.api_key.env, "") if given.api_key else "",
        context=given.context or start.context,
        slots=given.slots or start.slots,
        timeout_seconds=timeout,
        first_seconds=max(start.first_seconds, timeout),
    )


def without_user(url: str) -> str:
    """The address alone: whoever asks for a name wants a key, and that is written elsewhere."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
