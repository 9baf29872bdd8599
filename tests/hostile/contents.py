"""Bodies that are not what their header says, or too much for whoever reads them."""

import json

from tests.hostile.registry import Asked, Layer, Wire, answer, hazard, page

KIND = "bodies-content"
HTML = "text/html"
TEXT = "Un café crème à l’été, déjà servi – 5 €"


@hazard(KIND, "unwanted_type", truncated=True)
async def png_as_html(asked: Asked, wire: Wire) -> bytes:
    return answer(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(4000), content_type=HTML)


@hazard(KIND, "unwanted_type", truncated=True)
async def zip_as_html(asked: Asked, wire: Wire) -> bytes:
    return answer(b"PK\x03\x04\x14\x00\x00\x00" + bytes(4000), content_type=HTML)


@hazard(KIND, "unwanted_type", truncated=True)
async def program_as_text(asked: Asked, wire: Wire) -> bytes:
    return answer(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(4000), content_type="text/plain")


@hazard(KIND, "unwanted_type", truncated=True)
async def video_without_end(asked: Asked, wire: Wire) -> None:
    wire.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 10737418240\r\n\r\n")
    wire.writer.write(b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00")
    while not wire.writer.is_closing():
        wire.writer.write(bytes(65_536))
        await wire.writer.drain()


@hazard(KIND, "ok")
async def html_as_octets(asked: Asked, wire: Wire) -> bytes:
    return answer(page("octets"), content_type="application/octet-stream")


@hazard(KIND, "ok")
async def html_without_type(asked: Asked, wire: Wire) -> bytes:
    return answer(page("no type"), content_type="")


@hazard(KIND, "ok")
async def empty(asked: Asked, wire: Wire) -> bytes:
    return answer(b"")


@hazard(KIND, "ok")
async def nul_bytes(asked: Asked, wire: Wire) -> bytes:
    return answer(page("nul", "<p>one\x00two\x00</p>"))


@hazard(KIND, "ok")
async def utf16_without_mark(asked: Asked, wire: Wire) -> bytes:
    return answer(page("wide", TEXT).decode().encode("utf-16-le"), content_type=HTML)


@hazard(KIND, "ok")
async def utf32_with_mark(asked: Asked, wire: Wire) -> bytes:
    return answer(("\ufeff" + page("wide", TEXT).decode()).encode("utf-32-le"), content_type=HTML)


@hazard(KIND, "ok")
async def charset_header_against_meta(asked: Asked, wire: Wire) -> bytes:
    return answer(page("both", '<meta charset="windows-1251">' + TEXT))


@hazard(KIND, "ok")
async def charset_gb18030(asked: Asked, wire: Wire) -> bytes:
    return answer(
        "<!DOCTYPE html><p>这是中文页面</p>".encode("gb18030"), content_type="text/html; charset=gb2312"
    )


@hazard(KIND, "ok")
async def charset_shift_jis(asked: Asked, wire: Wire) -> bytes:
    return answer(
        "<!DOCTYPE html><p>日本語です</p>".encode("cp932"), content_type="text/html; charset=x-sjis"
    )


@hazard(KIND, "ok")
async def charset_utf8_claimed(asked: Asked, wire: Wire) -> bytes:
    return answer(page("lie").replace(b"</body>", TEXT.encode("cp1252") + b"</body>"))


@hazard(KIND, "too_large", truncated=True)
async def one_line_of_megabytes(asked: Asked, wire: Wire) -> bytes:
    words = b"".join(b"word%d " % n for n in range(400_000))
    return answer(b"<!DOCTYPE html><html><p>" + words)


@hazard(KIND, "too_deep", layer=Layer.CRAWL)
async def markup_of_quadratic_time(asked: Asked, wire: Wire) -> bytes:
    return answer(b"<div>" * 300_000)


@hazard(KIND, "parse_timeout", layer=Layer.CRAWL)
async def options_of_quadratic_time(asked: Asked, wire: Wire) -> bytes:
    return answer(b"<select>" + b"<option>" * 150_000)


@hazard(KIND, "parse_timeout", layer=Layer.CRAWL)
async def attributes_of_quadratic_time(asked: Asked, wire: Wire) -> bytes:
    return answer(b"<p " + b" ".join(b"a%d=1" % n for n in range(150_000)) + b">")


@hazard(KIND, "ok", layer=Layer.CRAWL)
async def deep_json_ld(asked: Asked, wire: Wire) -> bytes:
    deep = "[" * 50_000 + "]" * 50_000
    data = f'{{"@type":"Product","name":{json.dumps(deep)},"x":{deep}}}'
    return answer(page("deep", f'<script type="application/ld+json">{data}</script>'))
