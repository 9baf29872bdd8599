"""Whom a broker's certificate may be signed by, and which certificate we show."""

import ssl
from dataclasses import dataclass
from pathlib import Path


class BadTlsFiles(ValueError):
    """A certificate or key cannot be used."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files in PEM; without a CA file the system's roots count."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Checks the broker's name and certificate, always."""
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise BadTlsFiles(f"{self.ca}: holds no certificates that can be read: {_why(error)}") from error
        if self.certificate is not None:
            try:
                context.load_cert_chain(self.certificate, self.key)
            except OSError as error:
                files = " and ".join(str(path) for path in (self.certificate, self.key) if path)
                raise BadTlsFiles(f"{files}: cannot be used as certificate and key: {_why(error)}") from error
        return context


def _why(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
