"""The command that reads one stored page: `get`."""

import base64
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage.address import NotAnAddress
from storage.page_lookup import StoredPage
from storage.rendering_rows import PICTURES, ListedFile
from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.problem import UsageError
from tandem.query_cells import as_cell
from tandem.workspace_access import chosen_run, reading

if TYPE_CHECKING:
    from storage.store import Store
    from tandem.page_text import PageText

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem get https://shop.example/products/1 --body > product.html")
def get(  # noqa: PLR0913, PLR0917 - an option each
    url: Annotated[str, typer.Argument(metavar="URL", help="The page, by any spelling of its URL.")],
    body: Annotated[bool, typer.Option("--body", help="Write the body, byte for byte.")] = False,
    dom: Annotated[bool, typer.Option("--dom", help="Write the page as a browser showed it.")] = False,
    screenshot: Annotated[
        bool, typer.Option("--screenshot", help="Write the picture that was taken of it, as PNG.")
    ] = False,
    text: Annotated[bool, typer.Option("--text", help="Write the main text.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the main text as Markdown.")] = False,
    headers: Annotated[bool, typer.Option("--headers", help="Write the response headers.")] = False,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="The version of one run.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="The version of that day, or moment (ISO 8601, UTC)."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Print one stored page, by any spelling of its URL.

    The newest version, unless a run or a date says which.
    """
    moment = None if at is None else _moment(at)
    with reading(Environment.read(os.environ).workspace_path(workspace)) as store:
        try:
            page = store.get_page(url, chosen_run(store, run) if run else None, moment)
            read = _read(store, page) if page is not None and (text or markdown) else None
            files = store.files(page.visit) if page is not None else []
            picture = _picture(store, page, files) if page is not None and screenshot else b""
        except NotAnAddress as error:
            raise UsageError(f"{url!r} is no URL: {error.reason.replace('_', ' ')}") from error
    if page is None:
        version = " in that run" if run else " of that time" if at else ""
        raise UsageError(f"{url} is not among the stored pages{version}; `tandem query` lists what is there")
    if body or dom or screenshot:
        sys.stdout.buffer.write(picture or (_dom(page) if dom else _body(page)))
        sys.stdout.buffer.flush()
    elif read is not None and not as_json:
        sys.stdout.write((read.markdown if markdown else read.text).rstrip("\n") + "\n")
    elif headers:
        sys.stdout.write("".join(f"{name}: {value}\n" for name, value in page.headers))
    elif as_json:
        found = _as_json(page, files) | ({"text": read.text, "markdown": read.markdown} if read else {})
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        _describe(page, files)
    return ExitCode.OK


def _body(page: StoredPage) -> bytes:
    if page.body is None:
        raise UsageError(f"{page.url}: no body is stored ({page.outcome}: {page.reason})")
    return page.body


def _dom(page: StoredPage) -> bytes:
    if page.dom is None:
        raise UsageError(
            f"{page.url}: no browser was needed for this page; --body writes what the server sent"
        )
    return page.dom


def _picture(store: "Store", page: StoredPage, files: list[ListedFile]) -> bytes:
    """The first picture that was taken of the page."""
    taken = next((file for file in files if file.kind in PICTURES), None)
    picture = store.file(taken) if taken is not None else None
    if picture is None:
        raise UsageError(
            f"{page.url}: no picture was taken of this page; `browser.screenshots` in the job asks for one"
        )
    return picture


def _read(store: "Store", page: StoredPage) -> "PageText":
    """The stored text, or what can be read now."""
    from tandem.page_text import stored_text, visible_text  # noqa: PLC0415 - loads a parser, which only a text needs

    return stored_text(store, page) or visible_text(page, page.dom or _body(page))


def _moment(text: str) -> float:
    """The end of a day, or the very moment."""
    try:
        if len(text) == len("2026-11-01"):
            return (datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1)).timestamp()
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--at {text!r} is no date: write 2026-11-01 or 2026-11-01T12:30:00Z") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _describe(page: StoredPage, files: list[ListedFile]) -> None:
    length = "none" if page.body is None else f"{len(page.body):,} bytes"
    lines = {
        "url": page.url,
        "run": page.run,
        "fetched": f"{datetime.fromtimestamp(page.fetched_at, UTC):%Y-%m-%d %H:%M:%SZ}",
        "outcome": f"{page.outcome} ({page.reason})" + (f", HTTP {page.status}" if page.status else ""),
        "title": page.title,
        "type": page.content_type,
        "charset": page.charset,
        "language": page.language,
        "location": page.location,
        "body": f"{length}; --body writes it",
        "rendered": f"{len(page.dom):,} bytes; --dom writes it" if page.dom else "",
        "files": ", ".join(f"{file.kind} {file.path}" for file in files),
    }
    for name, value in lines.items():
        if value:
            sys.stdout.write(f"{name:<9} {as_cell(value)}\n")


def _as_json(page: StoredPage, files: list[ListedFile]) -> dict[str, Any]:
    body, dom = page.body, page.dom
    return {
        "url": page.url,
        "run": page.run,
        "outcome": page.outcome,
        "reason": page.reason,
        "status": page.status,
        "fetched_at": page.fetched_at,
        "content_type": page.content_type,
        "charset": page.charset,
        "title": page.title,
        "language": page.language,
        "canonical": page.canonical,
        "location": page.location,
        "headers": page.headers,
        "digest": page.digest.hex(),
        "body_base64": None if body is None else base64.b64encode(body).decode("ascii"),
        "dom": None if dom is None else dom.decode(errors="replace"),
        "dom_digest": page.dom_digest.hex() or None,
        "files": [file._asdict() for file in files],
    }
