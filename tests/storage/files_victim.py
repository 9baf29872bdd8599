"""Commits pages with files, until its nth step on the disk kills it: python files_victim.py WORKSPACE N"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.ledger import Ledger
from storage.tidy import tidy
from storage.words import KeptFile
from storage.workspace import hold, ledger_path, prepare

from .crawled import begin
from .rendered import Shown, visit_pages

PICTURES = (b"\x89PNG one" * 50, b"\x89PNG two" * 70, b"\x89PNG one" * 50)


def dies_at(steps: int) -> None:
    """From here on every call that changes a folder or makes bytes durable is a step."""
    left = [steps]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return step

    for name in ("mkdir", "fsync", "rename", "unlink"):
        setattr(os, name, counted(getattr(os, name)))


async def main() -> None:
    workspace = Path(sys.argv[1])
    prepare(workspace)
    with hold(workspace):
        async with Ledger(ledger_path(workspace)) as ledger:
            await ledger.write(lambda c: tidy(c, workspace))
            run = await begin(ledger)
            dies_at(int(sys.argv[2]))
            for number, picture in enumerate(PICTURES):
                file = KeptFile("viewport", "image/png", picture)
                await visit_pages(ledger, run, {number: Shown(f"<p>{number}", files=(file,))})
                sys.stdout.write(f"{number}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
