"""Brings missing models to their Ollama servers."""

from collections.abc import Callable, Mapping
from contextlib import aclosing

from tandem.inference.ollama_library import Library
from tandem.inference.outcomes import Failure
from tandem.inference.words import Description, Dialect, Endpoint, Tier


async def pull_missing(endpoints: Mapping[Tier, Endpoint], say: Callable[[str], object]) -> None:
    """Pulls what is not there, and says how far it is, or what went wrong."""
    wanted = {(one.url, one.model): one for one in endpoints.values() if one.backend is Dialect.OLLAMA}
    for endpoint in wanted.values():
        async with Library(endpoint) as library:
            described = await library.describe()
            if isinstance(described, Description) and not described.is_present:
                await _pull(library, endpoint.model, say)


async def _pull(library: Library, model: str, say: Callable[[str], object]) -> None:
    said = ""
    async with aclosing(library.pull()) as steps:
        async for step in steps:
            if isinstance(step, Failure):
                say(f"{model}: {step.kind}: {step.detail}\n")
                return
            percent = f" {100 * step.done_bytes // step.total_bytes} %" if step.total_bytes else ""
            words = f"{model}: {step.status}{percent}\n"
            if words != said:
                say(words)
            said = words
