"""One mosquitto that can be killed and started again on its port."""

import getpass
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tandem.progress.broker_tls import TlsFiles
from tandem.progress.broker_url import BrokerUrl

USER, PASSWORD = "me", "open sesame"
_PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in."""

    user: str
    password: str


def _program(name: str) -> str:
    found = shutil.which(name, path=_PLACES)
    assert found is not None
    return found


class Mosquitto:
    """Runs while it is entered."""

    def __init__(
        self, folder: Path, access: Access | None = None, authority: trustme.CA | None = None
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self._folder = folder
        self.tls: TlsFiles | None = None
        lines = [f"listener {port} 127.0.0.1", "persistence false", "log_type none"]
        lines.append(f"user {getpass.getuser()}")  # it may read what the test wrote
        lines += self._guarded(access) if access else ["allow_anonymous true"]
        if authority is not None:
            lines += self._encrypted(authority)
        self._config = folder / "mosquitto.conf"
        self._config.write_text("\n".join(lines) + "\n")
        user, password = (access.user, access.password) if access else (None, None)
        self.url = BrokerUrl("127.0.0.1", port, user, password, tls=authority is not None)
        self._process: subprocess.Popen[bytes] | None = None

    def _guarded(self, access: Access) -> list[str]:
        file = self._folder / "passwords"
        subprocess.run(
            [_program("mosquitto_passwd"), "-b", "-c", str(file), access.user, access.password], check=True
        )
        file.chmod(0o644)
        return ["allow_anonymous false", f"password_file {file}"]

    def _encrypted(self, authority: trustme.CA) -> list[str]:
        names = ("ca.pem", "server.pem", "server.key", "client.pem", "client.key")
        ca, server, server_key, client, client_key = (self._folder / name for name in names)
        authority.cert_pem.write_to_path(ca)
        for certificate, file, key in (
            (authority.issue_cert("127.0.0.1"), server, server_key),
            (authority.issue_cert("crawler.test"), client, client_key),
        ):
            certificate.cert_chain_pems[0].write_to_path(file)
            certificate.private_key_pem.write_to_path(key)
        self.tls = TlsFiles(ca, client, client_key)
        return [f"cafile {ca}", f"certfile {server}", f"keyfile {server_key}", "require_certificate true"]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Returns when it listens."""
        self._process = subprocess.Popen(
            [_program("mosquitto"), "-c", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None, "mosquitto did not start"
            assert time.monotonic() < give_up, "mosquitto does not listen"
            time.sleep(0.01)

    def _answers(self) -> bool:
        try:
            socket.create_connection((self.url.host, self.url.port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """At once, without a word to anyone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
