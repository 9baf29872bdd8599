"""The command `ask`."""

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.job_models import Profile
from tandem.long_work import LongWork
from tandem.query_cells import as_cell
from tandem.workspace_access import chosen_run, reading, storage_errors

if TYPE_CHECKING:
    from analysis.ask.answer import Answer
    from analysis.claim import Claim, Quote
    from tandem.answering import Told

app = typer.Typer(rich_markup_mode=None)
NO_EVIDENCE = "no evidence: no stored page answers this"


@app.command(epilog='Example: tandem ask "What does the red jacket cost?"')
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only pages of one run.")] = None,
    job: Annotated[
        str | None, typer.Option("--job", metavar="JOB.yaml", help="Ask the models of this job.")
    ] = None,
    profile: Annotated[Profile | None, typer.Option(help="Ask the models of this profile.")] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Answer a question out of the stored pages, with sources.

    The deep tier answers, else the fast one: those of the run's job, else of the newest run's. What they say
    is printed only where the quoted words stand in a stored page and agree with it. Drafts, and claims that
    failed that check, go to stderr. Without a model the sentences that answer best are printed.
    """
    from storage.search import Scope  # noqa: PLC0415 - loads what no help needs
    from tandem.answering import Asked, answer  # noqa: PLC0415
    from tandem.search_models import chosen_models  # noqa: PLC0415

    environment = Environment.read(os.environ)
    path = environment.workspace_path(workspace)
    with reading(path) as store:
        wanted = chosen_run(store, run) if run is not None else None
    scope = Scope(run=wanted.id if wanted is not None else "")
    with storage_errors():
        asked = Asked(path, question, scope, chosen_models(path, wanted, job, profile))
        made = asyncio.run(answer(asked, _told(as_json=as_json)))
    _say_refused(made, as_json=as_json)
    sys.stdout.write(
        json.dumps(_as_json(question, made), ensure_ascii=False) + "\n" if as_json else _text(made)
    )
    return ExitCode.OK


def _told(*, as_json: bool) -> "Told":
    from tandem.answering import Told  # noqa: PLC0415 - as above
    from tandem.draft import Drafts  # noqa: PLC0415

    def draft(text: str) -> None:
        _say({"draft": text} if as_json else f"draft: {as_cell(text)}")

    def asking(name: str) -> None:
        _say({"asking": name} if as_json else f"asking {as_cell(name)}")

    work = LongWork("read", "pages for the index")
    return Told(work.add, lambda model: asking(model.endpoint.model), Drafts(draft).add)


def _say(line: str | dict[str, Any]) -> None:
    sys.stderr.write((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n")
    sys.stderr.flush()


def _say_refused(made: "Answer", *, as_json: bool) -> None:
    for one in made.refused:
        if as_json:
            _say({"unverified": one.text, "reasons": list(one.reasons)})
        else:
            _say(f"unverified: {as_cell(one.text)} ({', '.join(one.reasons)})")
    if made.trouble:
        line = f"{made.model} did not answer: {made.trouble}"
        _say({"trouble": line} if as_json else as_cell(line))


def _numbered(made: "Answer") -> "dict[Quote, int]":
    found: dict[Quote, int] = {}
    for claim in made.claims:
        for quote in claim.quotes:
            found.setdefault(quote, len(found) + 1)
    return found


def _text(made: "Answer") -> str:
    if not made.claims:
        return NO_EVIDENCE + "\n"
    numbers = _numbered(made)
    lines = [*(as_cell(_line(claim, numbers)) for claim in made.claims), ""]
    for quote, number in numbers.items():
        page = f", page {quote.page}" if quote.page else ""
        lines.append(f"[{number}] {as_cell(quote.title) or as_cell(quote.url)}{page}: {as_cell(quote.url)}")
        if all(quote.words != claim.text for claim in made.claims):
            lines.append(f"    “{as_cell(quote.words)}”")
    return "\n".join(lines) + "\n"


def _line(claim: "Claim", numbers: "dict[Quote, int]") -> str:
    return f"{claim.text} {''.join(f'[{numbers[quote]}]' for quote in claim.quotes)}"


def _as_json(question: str, made: "Answer") -> dict[str, Any]:
    numbers = _numbered(made)
    return {
        "question": question,
        "answer": "\n".join(_line(claim, numbers) for claim in made.claims),
        "evidence": bool(made.claims),
        "writer": made.writer,
        "model": made.model,
        "seconds": made.seconds,
        "unverified": len(made.refused),
        "claims": [
            {
                "text": one.text,
                "status": one.status,
                "confidence": one.confidence.level,
                "citations": [numbers[quote] for quote in one.quotes],
            }
            for one in made.claims
        ],
        "citations": [_cited(quote, number) for quote, number in numbers.items()],
    }


def _cited(quote: "Quote", number: int) -> dict[str, Any]:
    return {
        "number": number,
        "url": quote.url,
        "title": quote.title,
        "digest": quote.body_digest,
        "engine": quote.engine,
        "start": quote.start,
        "end": quote.end,
        "page": quote.page,
        "words": quote.words,
    }
