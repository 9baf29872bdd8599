"""Where those who follow a run find its broker: as named, or as the workspace announces it."""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path

from tandem.broker_choice import BrokerChoice, named_broker
from tandem.environment import Environment
from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BadBrokerUrl, BrokerUrl, read_broker_url
from tandem.progress.embedded import ANNOUNCEMENT

LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class BrokerPlace:
    """What a command says about where to look."""

    workspace: Path
    choice: BrokerChoice | None = None  # None: the embedded broker of the workspace
    prefix: str = "tandem"

    @property
    def words(self) -> str:
        """For messages."""
        if self.choice is None:
            return f"in {self.workspace}"
        return f"at {self.choice.url}"

    def now(self) -> BrokerChoice | None:
        """The broker, if there is one at this moment."""
        if self.choice is not None:
            return self.choice
        url = announced(self.workspace)
        return None if url is None else BrokerChoice(url)

    async def found(self) -> BrokerChoice:
        """The broker; waits until there is one."""
        while (choice := self.now()) is None:  # noqa: ASYNC110 - another process announces it
            await asyncio.sleep(LOOK_SECONDS)
        return choice


def broker_place(
    workspace: Path, environment: Environment, named: str | None, tls: TlsFiles, prefix: str = "tandem"
) -> BrokerPlace:
    """The broker that the command names, else the environment, else the workspace."""
    text = named or environment.broker
    if text in {"", "auto", "embedded", "off"}:
        return BrokerPlace(workspace, None, prefix)
    return BrokerPlace(workspace, named_broker(text, environment.broker_password or None, tls), prefix)


def announced(workspace: Path) -> BrokerUrl | None:
    """The embedded broker of a workspace, if it is alive."""
    try:
        fields = json.loads((workspace / ANNOUNCEMENT).read_text(encoding="utf-8"))
        url, pid = read_broker_url(fields["url"]), int(fields["pid"])
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError, BadBrokerUrl):
        return None
    return url
