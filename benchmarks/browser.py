"""What a browser costs and what it is good for: python -m benchmarks.browser [pool|mixed]

`pool` shows trivial pages of scripts on two cores in four tabs, beside bare loops over Playwright: pages per
second, processor time of a page, memory of all processes at the start and at the end.
`mixed` crawls a shop of which one page in ten needs scripts, with `render: auto`, `always` and `never`: which
share of the known facts is found, which share of the pages is rendered, and what that costs.
"""

import argparse
import sys

from benchmarks import browser_loop, browser_mixed, browser_pool

PAGES, PEER_PAGES = 5000, 300
MIXED_PAGES = 1000


def main() -> int:
    """Runs one of the measurements, or both; 1 where it is not as wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__)
    kinds = parser.add_subparsers(dest="kind")
    pool = kinds.add_parser("pool", help="trivial pages in reused tabs")
    pool.add_argument("--pages", type=int, default=PAGES)
    pool.add_argument("--peer-pages", type=int, default=PEER_PAGES, help="of each bare loop")
    pool.add_argument("--ways", nargs="+", choices=browser_loop.WAYS, default=browser_loop.WAYS)
    mixed = kinds.add_parser("mixed", help="a shop of which one page in ten needs scripts")
    mixed.add_argument("--pages", type=int, default=MIXED_PAGES)
    mixed.add_argument("--modes", nargs="+", choices=browser_mixed.MODES, default=browser_mixed.MODES)
    options = parser.parse_args()
    match options.kind:
        case "pool":
            return browser_pool.run(options.pages, options.peer_pages, tuple(options.ways))
        case "mixed":
            return browser_mixed.run(options.pages, tuple(options.modes))
        case _:
            return browser_pool.run(PAGES, PEER_PAGES) | browser_mixed.run(MIXED_PAGES)


if __name__ == "__main__":
    sys.exit(main())
