"""Who is around that could help a job: a browser, a broker, models."""

import socket
from urllib.parse import urlsplit

from scraper.render.discovery import NoBrowser, find_browser
from scraper.render.sandbox import try_sandbox
from tandem.finding import Finding, Health
from tandem.progress.broker_url import BadBrokerUrl, BrokerUrl, read_broker_url

_WITHOUT_BROWSER = "pages that need JavaScript are stored as they come over the wire"
_ANSWER_SECONDS = 2.0


def browser(asked_for: str, playwright_folder: str = "", is_sandboxed: bool = True) -> Finding:
    """What could render pages, and whether strangers' pages are safe in it."""
    found = find_browser(asked_for, playwright_folder)
    if isinstance(found, NoBrowser):
        return Finding("browser", Health.LIMITED, str(found), _WITHOUT_BROWSER, found.remedy)
    if not is_sandboxed:
        cost = "pages of strangers run without Chromium's sandbox: browser.sandbox is off"
        return Finding("browser", Health.LIMITED, found.executable, cost, "leave out browser.sandbox")
    sandbox = try_sandbox(found.executable)
    if sandbox.works:
        return Finding("browser", Health.GOOD, f"{found.executable}, its sandbox works")
    if sandbox.is_browser_broken:
        what = f"{found.executable}, but it does not work: {sandbox.missing}"
        return Finding("browser", Health.LIMITED, what, _WITHOUT_BROWSER, sandbox.remedy)
    what = f"{found.executable}, but its sandbox does not work: {sandbox.missing}"
    remedy = f"{sandbox.remedy}; or take the risk, with browser: {{sandbox: off}} in the job"
    return Finding("browser", Health.LIMITED, what, _WITHOUT_BROWSER, remedy)


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
