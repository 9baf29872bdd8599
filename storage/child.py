"""Starts a process of ours that writes files, and leaves none behind."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LINE_BYTES = 1 << 16


@asynccontextmanager
async def child(
    module: str, *arguments: str, line_bytes: int = LINE_BYTES, has_input: bool = False
) -> AsyncIterator[Process]:
    """The process, with its output to be read; killed when the caller is done with it before it ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # a folder called `storage` where the user stands is not ours
        "-m",
        module,
        *arguments,
        stdin=PIPE if has_input else DEVNULL,
        stdout=PIPE,
        limit=line_bytes,
        # Arrow's own pools keep what they once took, a third more than the work needs
        env=os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await asyncio.shield(process.wait())
