"""What a browser costs and what it is good for: python -m benchmarks.browser mixed

`mixed` crawls a shop of which one page in ten needs scripts, with `render: auto`, `always` and `never`: which
share of the known facts is found, which share of the pages is rendered, and what that costs.
"""

import argparse
import sys

from benchmarks import browser_mixed


def main() -> int:
    """Runs one of the measurements; 1 where it is not as wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    mixed = kinds.add_parser("mixed", help="a shop of which one page in ten needs scripts")
    mixed.add_argument("--pages", type=int, default=1000)
    mixed.add_argument("--modes", nargs="+", choices=browser_mixed.MODES, default=browser_mixed.MODES)
    options = parser.parse_args()
    return browser_mixed.run(options.pages, tuple(options.modes))


if __name__ == "__main__":
    sys.exit(main())
