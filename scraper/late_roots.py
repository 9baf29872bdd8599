"""Imports aiohttp, and lets it read the system's root certificates when they are first wanted.

It would read them twice while it is imported, which takes longer than all else that a fetch is made of; a
crawl of plain HTTP never needs them.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _roots_put_off() -> Iterator[None]:
    """Contexts that ask for the system's roots in here get them before their first handshake."""
    # It is inherited: taking ours away restores it.
    ssl.SSLContext.set_default_verify_paths = _put_off  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        del ssl.SSLContext.set_default_verify_paths


def _put_off(context: ssl.SSLContext) -> None:
    def read_first(name: str) -> Any:
        def wrap(*arguments: Any, **options: Any) -> Any:
            for late in ("wrap_bio", "wrap_socket"):
                vars(context).pop(late, None)
            context.set_default_verify_paths()
            return getattr(context, name)(*arguments, **options)

        return wrap

    vars(context).update({name: read_first(name) for name in ("wrap_bio", "wrap_socket")})


with _roots_put_off():
    import aiohttp  # noqa: F401 - done here, before anyone else does it
