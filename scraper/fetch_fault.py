"""The names of what goes wrong before a server has answered."""

import socket
import ssl

import aiohttp
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError, LineTooLong

from scraper.connect import Dial, socket_reason

PROXY_WANTS_PASSWORD = 407


def fault(error: Exception, dial: Dial) -> str:
    """The name of what went wrong before there was an answer."""
    match error:
        case aiohttp.ClientConnectorError() if dial.is_refused:
            return "egress"
        case aiohttp.ClientConnectorDNSError() if dial.is_exempt:
            return "proxy"
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return "dns"
        case aiohttp.ClientProxyConnectionError():
            return "proxy"
        case aiohttp.ClientHttpProxyError():
            return "proxy" if error.status == PROXY_WANTS_PASSWORD else "proxy_refused"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "tls"
        case TimeoutError():
            return "connect_timeout"
        case aiohttp.ClientResponseError() | HttpProcessingError():
            return "header_limit" if _is_too_long(error) else "protocol"
        case aiohttp.ServerDisconnectedError():
            return "no_answer"
        case OSError():
            return socket_reason(error)
        case ValueError() | aiohttp.NonHttpUrlClientError():
            return "bad_url"
        case _:
            return "protocol"


def _is_too_long(error: BaseException | None) -> bool:
    if isinstance(error, LineTooLong) or (isinstance(error, BadHttpMessage) and "oo many" in str(error)):
        return True
    return error is not None and _is_too_long(error.__cause__)
