"""The reading model as a process: python -m tests.analysis.deep.reading_server --log FILE [--seconds S]."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.deep.calls import call_key
from analysis.deep.prompts import Prompt
from tandem.inference.canary import FIELD
from tests.analysis.deep.reading_model import ReadingModel
from tests.tandem.inference.script import Plan, Script
from tests.tandem.inference.scripted_server import ScriptedServer

DIGEST = "sha256:" + "ab" * 32  # of the scripted server's model
CHECK_TOKENS = 12


def name_of(request: Mapping[str, Any]) -> str:
    """The key that the ledger of calls has for a request: all of it but the check word."""
    head, body = (turn["content"] for turn in request["messages"])
    schema, options = request.get("format") or {}, request["options"]
    tokens = options["num_predict"]
    if FIELD in schema.get("properties", {}):
        head, body = head.partition("\n")[2], body.rpartition("\n")[0]
        kept = {name: shape for name, shape in schema["properties"].items() if name != FIELD}
        schema = {**schema, "properties": kept, "required": [n for n in schema["required"] if n != FIELD]}
        tokens -= CHECK_TOKENS
    return call_key(DIGEST, options["num_ctx"], Prompt(head, body, schema, tokens), options["seed"])


async def _serve(log: Path, seconds: float, context: int) -> None:
    model = ReadingModel()

    def answer(request: dict[str, Any]) -> str:
        if not request["messages"][0]["content"].startswith("You check that a connection works"):
            with log.open("a") as file:
                file.write(name_of(request) + "\n")
        return model(request)

    script = Script(answer=answer, context=context, plan=Plan(prefill_seconds=seconds))
    async with ScriptedServer(script) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--context", type=int, default=4096)
    given = parser.parse_args()
    asyncio.run(_serve(given.log, given.seconds, given.context))


if __name__ == "__main__":
    main()
