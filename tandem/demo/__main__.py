"""Serve the demo shop by hand: python -m tandem.demo --port 8750."""

import argparse
import asyncio
import sys

from tandem.demo.server import DemoShop


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tandem.demo", description="Serve the demo shop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8750, help="0 takes a free port")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.host, arguments.port))
    except KeyboardInterrupt:
        sys.exit(0)


async def _serve(host: str, port: int) -> None:
    async with DemoShop(host, port) as shop:
        sys.stdout.write(f"The demo shop is open at {shop.url} (Ctrl-C closes it)\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
