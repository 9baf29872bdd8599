"""Trivial pages that their scripts make: one small request each, and a known heading."""

import asyncio

_PAGE = """<!doctype html><html><head><title>{number}</title></head><body><main></main><script>
const things = [...Array(20)].map((_, i) => ({{name: `Thing ${{i}} of {number}`, price: i * {number} % 97}}));
document.querySelector('main').innerHTML = '<h1>Page {number}</h1>' + things.map(one =>
  `<article><h2>${{one.name}}</h2><p>Some words about it, for <b>${{one.price}}</b></p></article>`).join('');
</script></body></html>"""


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            number = head.split(b" ", 2)[1].rpartition(b"/")[2]
            body = _PAGE.format(number=int(number) if number.isdigit() else 0).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    """Serves until it is ended; the first line says the port."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
