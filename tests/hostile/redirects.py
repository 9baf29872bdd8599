"""Redirects to nowhere, to everywhere, and to where nobody should go."""

from tests.hostile.registry import Asked, Layer, Wire, answer, hazard, page

KIND = "redirects"
CRAWL = Layer.CRAWL


def moved(location: str, status: str = "302 Found") -> bytes:
    return answer(page("moved"), ("Location", location), status=status)


def last_number(asked: Asked) -> int:
    digits = asked.path.rstrip("/").rpartition("/")[2]
    return int(digits) if digits.isdecimal() else 0


@hazard(KIND, "no_location", status=302)
async def redirect_without_location(asked: Asked, wire: Wire) -> bytes:
    return answer(page("nowhere"), status="302 Found")


@hazard(KIND, "ok", status=301)
async def redirect_not_ascii(asked: Asked, wire: Wire) -> bytes:
    return moved("/caf\xc3\xa9", "301 Moved Permanently")


@hazard(KIND, "redirect_loop", status=302, layer=CRAWL)
async def redirect_to_itself(asked: Asked, wire: Wire) -> bytes:
    return moved(asked.target)


@hazard(KIND, "redirect_loop", status=302, layer=CRAWL)
async def redirect_in_a_ring(asked: Asked, wire: Wire) -> bytes:
    return moved(f"/redirect-in-a-ring/{(last_number(asked) + 1) % 3}")


@hazard(KIND, "too_many_redirects", status=302, layer=CRAWL)
async def redirect_eleven_times(asked: Asked, wire: Wire) -> bytes:
    number = last_number(asked)
    return answer(page("there")) if number >= 11 else moved(f"/redirect-eleven-times/{number + 1}")


@hazard(KIND, "too_many_redirects", status=302, layer=CRAWL)
async def redirect_with_new_token(asked: Asked, wire: Wire) -> bytes:
    return moved(f"/redirect-with-new-token/?token={asked.at:.6f}")


@hazard(KIND, "bad_scheme", status=302, layer=CRAWL)
async def redirect_to_file(asked: Asked, wire: Wire) -> bytes:
    return moved("file:///etc/passwd")


@hazard(KIND, "bad_scheme", status=302, layer=CRAWL)
async def redirect_to_ftp(asked: Asked, wire: Wire) -> bytes:
    return moved("ftp://127.0.0.1/x")


@hazard(KIND, "bad_scheme", status=302, layer=CRAWL)
async def redirect_to_script(asked: Asked, wire: Wire) -> bytes:
    return moved("javascript:alert(1)")


@hazard(KIND, "egress", status=302, layer=CRAWL)
async def redirect_to_private_address(asked: Asked, wire: Wire) -> bytes:
    return moved("http://10.0.0.1/")


@hazard(KIND, "egress", status=302, layer=CRAWL)
async def redirect_to_metadata(asked: Asked, wire: Wire) -> bytes:
    return moved("http://169.254.169.254/latest/meta-data/")


@hazard(KIND, "scope", status=302, layer=CRAWL)
async def redirect_out_of_scope(asked: Asked, wire: Wire) -> bytes:
    return moved("http://elsewhere.example/")


@hazard(KIND, "ok", status=302, layer=CRAWL)
async def redirect_with_credentials(asked: Asked, wire: Wire) -> bytes:
    if asked.path.endswith("/there"):
        return answer(page("there", f"<p>{asked.headers.get('authorization', 'nothing said')}</p>"))
    return moved(asked.origin.replace("://", "://user:secret@") + "/redirect-with-credentials/there")
