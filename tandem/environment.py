"""What the environment says; the job file and the command line both win over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tandem.job import Job
from tandem.job_values import Secret

DEFAULT_WORKSPACE = "tandem-data"


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables that Tandem knows; empty text where one is not set."""

    workspace: str = ""
    broker: str = ""
    broker_password: str = ""
    ollama: str = ""
    browser: str = ""
    playwright_folder: str = ""
    lanes: str = ""
    metrics: str = ""
    log_format: str = ""
    runtime_folder: str = ""
    debug: bool = False

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Environment":
        """Takes what is set."""
        return cls(
            workspace=variables.get("TANDEM_WORKSPACE", ""),
            broker=variables.get("TANDEM_BROKER", ""),
            broker_password=variables.get("TANDEM_BROKER_PASSWORD", ""),
            ollama=variables.get("OLLAMA_HOST", ""),
            browser=variables.get("TANDEM_BROWSER", ""),
            playwright_folder=variables.get("PLAYWRIGHT_BROWSERS_PATH", ""),
            lanes=variables.get("TANDEM_LANES", ""),
            metrics=variables.get("TANDEM_METRICS", ""),
            log_format=variables.get("TANDEM_LOG_FORMAT", ""),
            runtime_folder=variables.get("XDG_RUNTIME_DIR", ""),
            debug=variables.get("TANDEM_DEBUG", "") not in {"", "0"},
        )

    def workspace_path(self, given: Path | None) -> Path:
        """The workspace: as given, as in the environment, or the default."""
        return (given or Path(self.workspace or DEFAULT_WORKSPACE)).absolute()


def missing_secrets(job: Job, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that the job names and that are not set."""
    return tuple(
        sorted({secret.env for secret in _secrets(job)} - {name for name in variables if variables[name]})
    )


def _secrets(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _secrets(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _secrets(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _secrets(inner)
