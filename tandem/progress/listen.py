"""How anybody listens with mosquitto's own command."""

import shlex

from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerUrl


def subscribe_command(broker: BrokerUrl, topic: str, tls: TlsFiles | None = None) -> str:
    """A line for a shell; a password is left to whoever types it."""
    words = ["mosquitto_sub", "-h", broker.host, "-p", str(broker.port)]
    if broker.user:
        words += ["-u", broker.user]
    if broker.tls:
        files = tls or TlsFiles()
        words += ["--cafile", str(files.ca)] if files.ca else ["--tls-use-os-certs"]
        words += ["--cert", str(files.certificate)] if files.certificate else []
        words += ["--key", str(files.key or files.certificate)] if files.certificate else []
    return shlex.join([*words, "-v", "-t", topic]) + (" -P …" if broker.password else "")
