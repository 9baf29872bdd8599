"""Which broker a job publishes to: its own, the environment's, or a small one beside the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tandem.environment import Environment
from tandem.job import Progress
from tandem.problem import UsageError
from tandem.progress.broker_tls import BadTlsFiles, TlsFiles
from tandem.progress.broker_url import BadBrokerUrl, BrokerUrl, read_broker_url


@dataclass(frozen=True, slots=True)
class BrokerChoice:
    """Where to publish; without a URL to an embedded broker, or nowhere."""

    url: BrokerUrl | None = None
    is_off: bool = False
    tls: TlsFiles | None = None


def choose_broker(
    progress: Progress, environment: Environment, variables: Mapping[str, str], folder: Path
) -> BrokerChoice:
    """The job's broker; `auto` means the environment's, or an embedded one. Its files lie in the folder."""
    named = environment.broker if progress.broker == "auto" else progress.broker
    if named == "off":
        return BrokerChoice(is_off=True)
    if named in {"", "auto", "embedded"}:
        return BrokerChoice()
    password = variables.get(progress.password.env) if progress.password else None
    files = (progress.ca_file, progress.cert_file, progress.key_file)
    tls = TlsFiles(*(None if file is None else folder / file for file in files))
    return named_broker(named, password or environment.broker_password or None, tls)


def named_broker(text: str, password: str | None, tls: TlsFiles) -> BrokerChoice:
    """The broker at a URL; UsageError when it is none, or its files cannot be used."""
    try:
        url = read_broker_url(text, password)
        if not url.tls:
            return BrokerChoice(url)
        tls.context()
    except (BadBrokerUrl, BadTlsFiles) as error:
        raise UsageError(error) from error
    return BrokerChoice(url, tls=tls)
