"""Who is around that could help a job: a browser, a broker, models."""

import shutil
import socket
from urllib.parse import urlsplit

from tandem.finding import Finding, Health
from tandem.progress.broker_url import BadBrokerUrl, BrokerUrl, read_broker_url

BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_ANSWER_SECONDS = 2.0


def browser(given: str) -> Finding:
    """What could render pages."""
    for name in filter(None, (given, *BROWSERS)):
        path = shutil.which(name)
        if path:
            return Finding("browser", Health.GOOD, path)
    cost = "pages that need JavaScript are stored as they come over the wire"
    return Finding("browser", Health.LIMITED, "none found", cost, "apt-get install chromium-headless-shell")


def broker(given: str) -> Finding:
    """Where progress goes."""
    if not given:
        return Finding("broker", Health.GOOD, "TANDEM_BROKER is not set: each run starts one on loopback")
    try:
        broker = read_broker_url(given)
    except BadBrokerUrl as error:
        return Finding("broker", Health.LIMITED, str(error), "progress is not published", "set TANDEM_BROKER")
    if _answers(broker.host, broker.port):
        return Finding("broker", Health.GOOD, f"{broker} answers")
    return _silent_broker(broker)


def _silent_broker(broker: BrokerUrl) -> Finding:
    remedy = f"start it (mosquitto -p {broker.port}), or unset TANDEM_BROKER"
    return Finding("broker", Health.LIMITED, f"{broker} does not answer", "progress is not published", remedy)


def models(given: str) -> Finding:
    """Who could help with reading."""
    address = given if "://" in given else f"http://{given or '127.0.0.1'}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 11434)
    except ValueError as error:
        return Finding("models", Health.LIMITED, f"OLLAMA_HOST: {error}", "no model helps", "set OLLAMA_HOST")
    if _answers(host, port):
        return Finding("models", Health.GOOD, f"a server answers at {host}:{port}")
    cost = "the built-in engine selects and reports without a model"
    return Finding(
        "models", Health.LIMITED, f"no server at {host}:{port}", cost, "ollama serve, or set OLLAMA_HOST"
    )


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True
