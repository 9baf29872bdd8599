"""Certificates that prove nothing, and handshakes that lead nowhere."""

from tests.hostile.registry import Asked, Where, Wire, answer, hazard, page

KIND = "tls"
PAGE = answer(page("secret"))


@hazard(KIND, "ok", where=Where.TLS)
async def tls_sound(asked: Asked, wire: Wire) -> bytes:
    return PAGE


@hazard(KIND, "tls", status=0, where=Where.TLS_EXPIRED)
async def tls_expired(asked: Asked, wire: Wire) -> bytes:
    return PAGE


@hazard(KIND, "tls", status=0, where=Where.TLS_UNTRUSTED)
async def tls_untrusted(asked: Asked, wire: Wire) -> bytes:
    return PAGE


@hazard(KIND, "tls", status=0, where=Where.TLS_WRONG_HOST)
async def tls_wrong_host(asked: Asked, wire: Wire) -> bytes:
    return PAGE


@hazard(KIND, "connect_timeout", status=0, where=Where.TLS_STALLED)
async def tls_stalled(asked: Asked, wire: Wire) -> bytes:
    return PAGE


@hazard(KIND, "tls", status=0, where=Where.TLS_NOT)
async def tls_not(asked: Asked, wire: Wire) -> bytes:
    return PAGE
