"""Looks at everything that a job needs or could use, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path

from tandem import machine, surroundings
from tandem.environment import Environment
from tandem.finding import Finding


def examine(environment: Environment, place: Path) -> Iterator[Finding]:
    """Everything in turn; nothing is changed."""
    yield machine.python()
    yield machine.libraries()
    yield machine.sqlite()
    yield machine.workspace(place)
    yield machine.disk(place)
    yield machine.open_files()
    yield machine.parse_limits()
    yield surroundings.browser(environment.browser, environment.playwright_folder)
    yield surroundings.broker(environment.broker)
    yield surroundings.models(environment.ollama)
