"""Status lines and headers that mislead, flood or ask to wait."""

from tests.hostile.registry import Asked, Layer, Wire, answer, hazard, page

KIND = "http"
BODY = page("status", "<p>said at length</p>" * 20)


@hazard(KIND, "protocol", status=0)
async def informational_flood(asked: Asked, wire: Wire) -> None:
    while not wire.writer.is_closing():
        wire.writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50)
        await wire.writer.drain()


@hazard(KIND, "ok")
async def informational_before(asked: Asked, wire: Wire) -> bytes:
    return b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(BODY)


@hazard(KIND, "protocol", status=101)
async def switching_protocols(asked: Asked, wire: Wire) -> None:
    wire.writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05"
    )


@hazard(KIND, "unasked_206", status=206)
async def unasked_partial(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("Content-Range", f"bytes 0-{len(BODY) - 1}/99999"), status="206 Partial Content")


@hazard(KIND, "unasked_304", status=304)
async def unasked_not_modified(asked: Asked, wire: Wire) -> bytes:
    return b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"


@hazard(KIND, "ok", status=204)
async def no_content(asked: Asked, wire: Wire) -> bytes:
    return b"HTTP/1.1 204 No Content\r\n\r\n"


@hazard(KIND, "ok", status=401)
async def unauthorized(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("WWW-Authenticate", 'Basic realm="x"'), status="401 Unauthorized")


@hazard(KIND, "ok", status=407)
async def proxy_unauthorized(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("Proxy-Authenticate", "Basic"), status="407 Proxy Authentication Required")


@hazard(KIND, "ok", status=421)
async def misdirected(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, status="421 Misdirected Request")


@hazard(KIND, "ok", status=404, truncated=True)
async def not_found_without_end(asked: Asked, wire: Wire) -> None:
    wire.writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n")
    while not wire.writer.is_closing():
        wire.writer.write(BODY)
        await wire.writer.drain()


@hazard(KIND, "ok", status=500, truncated=True)
async def error_cut(asked: Asked, wire: Wire) -> None:
    wire.writer.write(b"HTTP/1.1 500 Oh\r\nContent-Length: 90000\r\n\r\n" + BODY)


@hazard(KIND, "ok", status=999)
async def status_of_no_standard(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, status="999 Denied")


@hazard(KIND, "protocol", status=0)
async def status_no_number(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, status="abc OK")


@hazard(KIND, "header_limit", status=0)
async def header_of_a_megabyte(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("X-Long", "x" * 1_000_000))


@hazard(KIND, "header_limit", status=0)
async def header_without_end(asked: Asked, wire: Wire) -> None:
    wire.writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not wire.writer.is_closing():
        wire.writer.write(b"x" * 65_536)
        await wire.writer.drain()


@hazard(KIND, "header_limit", status=0)
async def headers_by_thousands(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, *((f"X-{n}", "x") for n in range(2000)))


@hazard(KIND, "header_limit", status=0)
async def cookie_flood(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, *(("Set-Cookie", f"c{n}={'x' * 200}; Path=/") for n in range(1000)))


@hazard(KIND, "ok")
async def cookie_for_all_subdomains(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("Set-Cookie", "a=1; Path=/; Domain=test"), ("X-Also", "1"))


@hazard(KIND, "ok")
async def header_not_ascii(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("X-Name", "caf\xe9 \xff"))


@hazard(KIND, "ok")
async def header_folded(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("X-Folded", "one\r\n two"))


@hazard(KIND, "protocol", status=0)
async def header_without_colon(asked: Asked, wire: Wire) -> bytes:
    return answer(BODY, ("X-A", "1\r\nno colon here"))


def busy(*headers: tuple[str, str], status: str = "429 Too Many Requests") -> bytes:
    return answer(BODY, *headers, status=status)


@hazard(KIND, "ok", status=429)
async def wait_in_seconds(asked: Asked, wire: Wire) -> bytes:
    return busy(("Retry-After", "2"))


@hazard(KIND, "ok", status=503)
async def wait_until_date(asked: Asked, wire: Wire) -> bytes:
    return busy(("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"), status="503 Service Unavailable")


@hazard(KIND, "ok", status=429)
async def wait_absurdly(asked: Asked, wire: Wire) -> bytes:
    return busy(("Retry-After", "9" * 300))


@hazard(KIND, "ok", status=429)
async def wait_negatively(asked: Asked, wire: Wire) -> bytes:
    return busy(("Retry-After", "-120"))


@hazard(KIND, "ok", status=429)
async def wait_in_words(asked: Asked, wire: Wire) -> bytes:
    return busy(("Retry-After", "a while"))


_flaps: dict[str, int] = {}


@hazard(KIND, "ok", layer=Layer.CRAWL)
async def flapping(asked: Asked, wire: Wire) -> bytes:
    turn = _flaps[asked.origin] = _flaps.get(asked.origin, 0) + 1
    return busy(status="503 Service Unavailable") if turn % 2 else answer(BODY)
