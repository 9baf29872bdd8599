"""The commands that show a rule at work: `robots`, `url`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from scraper.robots import MAX_BYTES, RobotsRules
from storage.address import NotAnAddress, parse
from tandem.commands.options import AsJson
from tandem.exit_codes import ExitCode
from tandem.problem import UsageError

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem robots robots.txt --agent MyCrawler https://shop.example/private/")
def robots(
    file: Annotated[Path, typer.Argument(metavar="ROBOTS.TXT", help="A robots.txt; - for stdin.")],
    urls: Annotated[list[str], typer.Argument(metavar="URL…", help="What to ask for.")],
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="The crawler's name.")],
    as_json: AsJson = False,
) -> int:
    """Say which URLs a robots.txt allows.

    Prints `allowed URL` or `disallowed URL` per URL; exits 0 when all are allowed, else 1.
    """
    rules = RobotsRules.parse(_read(file), agent)
    answers = [(url, rules.allows(url)) for url in urls]
    for url, is_allowed in answers:
        if as_json:
            sys.stdout.write(json.dumps({"url": url, "allowed": is_allowed}, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(f"{'allowed' if is_allowed else 'disallowed'} {url}\n")
    return ExitCode.OK if all(is_allowed for _, is_allowed in answers) else ExitCode.NO


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error


@app.command(epilog="Example: tandem url 'HTTP://Shop.example:80/a/../b?utm_source=x&z=1&a=2#top'")
def url(
    urls: Annotated[list[str], typer.Argument(metavar="URL…", help="URLs as they stand on a page.")],
    base: Annotated[str | None, typer.Option("--base", metavar="URL", help="The page they stand on.")] = None,
    as_json: AsJson = False,
) -> int:
    """Show which URL is requested, and by which key it is known.

    Two spellings with one key are one page. Exits 2 when something is no URL.
    """
    code = ExitCode.OK
    for text in urls:
        try:
            address = parse(text, base)
        except NotAnAddress as error:
            reason = error.reason.replace("_", " ")
            sys.stderr.write(f"tandem: {text[:200]!r} is no URL that can be requested: {reason}\n")
            code = ExitCode.USAGE
            continue
        if as_json:
            sys.stdout.write(json.dumps({"fetch": address.fetch, "key": address.key}) + "\n")
        else:
            sys.stdout.write(f"fetch: {address.fetch}\nkey: {address.key}\n")
    return code
