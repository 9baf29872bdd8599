"""What an Ollama server has: its models, what is loaded, and bringing one there."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
import ollama

from tandem.inference.outcomes import Failure, Refused, TimedOut, Unavailable
from tandem.inference.refusal import error_of, failure_of
from tandem.inference.words import Description, Endpoint

_SECONDS = 10.0  # for one question about models; none of them loads one
_PULL_IDLE_SECONDS = 300.0
_ERRORS = (httpx.HTTPError, httpx.InvalidURL, OSError)
_GARBAGE = (ValueError, TypeError, AttributeError)  # how the package takes an answer that is none


@dataclass(frozen=True, slots=True)
class Pulling:
    """How far a pull is."""

    status: str
    done_bytes: int = 0
    total_bytes: int = 0


class Library:
    """The models of one Ollama server."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def __aenter__(self) -> Self:
        # The package would wait for ever, follow redirects, ask the proxy, and send OLLAMA_API_KEY anywhere.
        self._client = ollama.AsyncClient(
            host=self._endpoint.url,
            timeout=httpx.Timeout(_SECONDS),
            follow_redirects=False,
            trust_env=False,
            auth=_Only(self._endpoint.api_key),
            verify=self._endpoint.url.startswith("https"),  # reading all certificates takes 30 ms
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    async def describe(self) -> Description | Failure:
        """The configured model, as far as the server tells."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._described()
        except TimeoutError:
            return TimedOut("total", _SECONDS)
        except ollama.ResponseError as error:
            return self._refusal(error)
        except _ERRORS as error:
            return Unavailable("connect", _told(error, self._endpoint))
        except _GARBAGE:
            return Unavailable("garbage", "the answer is none of Ollama's")

    async def pull(self) -> AsyncGenerator[Pulling | Failure, None]:
        """Brings the model to the server; a Failure, if any, comes last."""
        try:
            stream = await self._client.pull(self._endpoint.model, stream=True)
            async with aclosing(aiter(stream)) as steps:  # type: ignore[type-var]
                while True:
                    async with asyncio.timeout(_PULL_IDLE_SECONDS):
                        step = await anext(steps, None)
                    if step is None:
                        return
                    yield Pulling(step.status or "", step.completed or 0, step.total or 0)
        except TimeoutError:
            yield TimedOut("idle", _PULL_IDLE_SECONDS)
        except ollama.ResponseError as error:
            yield self._refusal(error)
        except _ERRORS as error:
            yield Unavailable("connect", _told(error, self._endpoint))
        except _GARBAGE:
            yield Unavailable("garbage", "the answer is none of Ollama's")

    async def _described(self) -> Description | Failure:
        model = _full(self._endpoint.model)
        listed = (await self._client.list()).models
        mine = next((one for one in listed if _full(one.model or "") == model), None)
        others = tuple(one.model for one in listed if one.model and _full(one.model) != model)
        if mine is None:
            return Description(self._endpoint.model, is_present=False, others=others)
        running = (await self._client.ps()).models
        loaded = next((one for one in running if _full(one.model or one.name or "") == model), None)
        shown = await self._client.show(self._endpoint.model)
        return Description(
            self._endpoint.model,
            is_present=True,
            digest=mine.digest or "",
            context=loaded.context_length if loaded else None,
            most_context=_trained(shown.modelinfo or {}),
            is_loaded=loaded is not None,
            bytes=int(loaded.size) if loaded and loaded.size is not None else None,
            gpu_bytes=int(loaded.size_vram) if loaded and loaded.size_vram is not None else None,
            capabilities=frozenset(shown.capabilities or ()),
            others=others,
        )

    def _refusal(self, error: ollama.ResponseError) -> Failure:
        key = self._endpoint.api_key
        words = (error.error.replace(key, "…") if key else error.error)[:2000]
        if 300 <= error.status_code < 400:
            return Refused(
                "redirect", f"HTTP {error.status_code}: write the address it leads to into the job"
            )
        if error.status_code < 0:  # in the middle of a stream
            return error_of(words, self._endpoint)
        return failure_of(error.status_code, words, self._endpoint)


class _Only(httpx.Auth):
    """Sends our key and no other."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Any:
        """Puts the header right before a request goes out."""
        request.headers.pop("authorization", None)
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        yield request


def _told(error: Exception, endpoint: Endpoint) -> str:
    return f"no Ollama server answers at {httpx.URL(endpoint.url).netloc.decode()} ({type(error).__name__})"


def _full(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _trained(info: Any) -> int | None:
    return next((value for key, value in info.items() if key.endswith(".context_length")), None)
