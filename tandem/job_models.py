"""Which language models a job may use, if any."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tandem.inference.profiles import PROFILES
from tandem.inference.words import Tier
from tandem.job_values import Count, Seconds, Secret, Section, Text, web_address, without_password

Profile = Literal["none", "laptop", "gpu-24gb", "server"]


class Endpoint(Section):
    """A server that answers for one tier."""

    url: Annotated[Text, AfterValidator(web_address), AfterValidator(without_password)] | None = None
    """Address of the server, such as http://127.0.0.1:11434."""
    model: Text | None = None
    """Name of the model there."""
    backend: Literal["ollama", "openai"] | None = None
    """The protocol it speaks: Ollama's own, or any OpenAI-compatible one."""
    api_key: Secret | None = None
    """The key, by the name of an environment variable."""
    context: Annotated[Count, Field(ge=512, le=2_000_000)] | None = None
    """Tokens of context to ask for."""
    slots: Annotated[Count, Field(ge=1, le=256)] | None = None
    """Requests that may run on it at the same time."""
    timeout: Annotated[Seconds, Field(gt=0, le=86_400)] | None = None
    """Seconds without a sign of life after which an answer is given up; a long answer may take longer."""


Command = Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]


class DeepEndpoint(Endpoint):
    """The server for reports, which may be there only while it is needed."""

    start: Command | None = None
    """Command that starts its server before a report, such as `docker start large`; run without a shell."""
    stop: Command | None = None
    """Command that stops it again after the report."""


class Models(Section):
    """Models by tier; `profile` sets all of them in one word, the rest corrects it."""

    profile: Profile = "none"
    """none, laptop, gpu-24gb or server."""
    fast: Endpoint | None = None
    """Looks at every new kind of page."""
    deep: DeepEndpoint | None = None
    """Reads what was collected and writes the report."""
    embed: Endpoint | None = None
    """Turns text into vectors for search."""
    vision: Endpoint | None = None
    """Reads images and scanned pages."""

    @model_validator(mode="after")
    def _every_tier_can_be_asked(self) -> Self:
        known = PROFILES[self.profile].endpoints
        for tier in Tier:
            given: Endpoint | None = getattr(self, tier)
            if given is not None and given.backend == "openai" and given.url is None:
                raise ValueError(f"{tier} needs a url: only Ollama has a usual place")
            if given is not None and not given.model and tier not in known:
                raise ValueError(f"{tier} needs a model: the profile {self.profile} has none for it")
        return self
