"""Serves a shop of tickets whose two prices only a class tells apart: python -m benchmarks.selection_site

Five of six fields can be found by anybody; which price is the one to pay, nothing says but the markup.
"""

import argparse
import asyncio
import re

from benchmarks.server import Answer, Respond, answer, serve

FIELDS = {
    "title": "text",
    "seat": "integer",
    "section": "text",
    "venue": "text",
    "date": "date",
    "price": "money",
}
VENUES = ("Harbour Hall", "Old Mill", "North Stage", "Garden Theatre", "Arena West")
_TICKET = re.compile(r"/ticket/(\d+)")


def truth(number: int) -> dict[str, object]:
    """What a right reader reads on the page of one ticket."""
    return {
        "title": f"Evening {number} of the festival",
        "seat": number % 97 + 1,
        "section": "ABCDEFGH"[number % 8] + str(number % 13),
        "venue": VENUES[number % len(VENUES)],
        "date": f"2027-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "price": {"amount": f"{30 + number % 61}.{number % 90 + 10}", "currency": "EUR"},
    }


def ticket(number: int) -> str:
    """The page of one ticket, with a few others beside it."""
    facts = truth(number)
    rows = "".join(
        f"<tr><th>{name.capitalize()}</th><td>{facts[name]}</td></tr>"
        for name in ("seat", "section", "venue", "date")
    )
    other = f"{12 + number % 47}.{number % 80 + 11}"
    price = facts["price"]
    assert isinstance(price, dict)
    text = " ".join(f"word{(number * 7 + place) % 500}" for place in range(120))
    return (
        f"<html lang=en><head><title>Evening {number}</title></head><body><nav><a href=/>All</a></nav>"
        f"<main><h1>{facts['title']}</h1><table>{rows}</table>"
        f"<div class=box><b class=north>{other} €</b> <b class=south>{price['amount']} €</b></div>"
        f"<p>{text}</p></main><footer>Festival office, Quay 1</footer></body></html>"
    )


def respond_with(pages: int) -> Respond:
    """The answers of the whole shop."""
    links = "".join(f"<li><a href=/ticket/{number}>{number}</a></li>" for number in range(pages))
    front = answer(body=f"<html><title>All</title><h1>All evenings</h1><ul>{links}</ul></html>".encode())

    def respond(path: str) -> Answer:
        match = _TICKET.fullmatch(path)
        if match and int(match[1]) < pages:
            return answer(body=ticket(int(match[1])).encode())
        return front if path == "/" else answer(404, b"<h1>Not found</h1>")

    return respond


def main() -> None:
    """Serves until told to stop; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selection_site", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    options = parser.parse_args()
    asyncio.run(serve(respond_with(options.pages)))


if __name__ == "__main__":
    main()
