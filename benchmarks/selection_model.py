"""A model server that points rightly, or does everything else: python -m benchmarks.selection_model right

The last line of what it writes when it is ended says what it was asked: characters of prompts and of answers.
"""

import argparse
import asyncio
import json
import signal
import sys
from typing import Any

from tests.tandem.inference.script import Plan, Script
from tests.tandem.inference.scripted_server import ScriptedServer

PLANS = {
    "right": Plan(),
    "slow": Plan(prefill_seconds=5.0),
    "garbage": Plan(is_garbage=True),
    "refusing": Plan(status=400, error="no"),
    "looping": Plan(circles=" "),
    "prose": Plan(text="I would take the first one, since it looks like a price."),
    "truncating": Plan(text='{"a": ', done_reason="length"),
    "busy": Plan(status=503, error="loading"),
}


def pick(request: dict[str, Any]) -> str:
    """The numbers of the lines that stand in the right place."""
    schema = request.get("format")
    if schema is None:
        return "ok"
    lines = request["messages"][-1]["content"].split("\n")
    right = next((int(line.split("|")[0]) for line in lines if "south" in line), 0)
    picks = {name: right if right in one["enum"] else 0 for name, one in schema["properties"].items()}
    return json.dumps(picks, separators=(",", ":"))


async def _serve(kind: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    script = Script(plan=PLANS[kind], answer=pick if kind == "right" else None, characters_per_token=3.3)
    async with ScriptedServer(script) as server:
        print(server.url.rpartition(":")[2], flush=True)
        await stopped.wait()
    prompts = [
        sum(len(one["content"]) for one in call["messages"]) for call in script.calls if "format" in call
    ]
    print(json.dumps({"prompts": prompts}), flush=True)


def main() -> None:
    """Serves until told to stop; prints the port first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selection_model", description=__doc__)
    parser.add_argument("kind", choices=PLANS)
    asyncio.run(_serve(parser.parse_args().kind))


if __name__ == "__main__":
    sys.exit(main())
