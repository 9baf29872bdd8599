"""A process that wants a slot: says when it holds it, and lets it go when it is told."""

import asyncio
import sys
from pathlib import Path

from tandem.inference.lanes import Lanes, Slot
from tandem.inference.words import Endpoint, Lane


async def hold(folder: Path, slots: int, lane: Lane) -> None:
    """One slot, until a line comes in."""
    slot = await Lanes(folder, Endpoint("http://127.0.0.1:1", "tiny", slots=slots)).take(lane)
    assert isinstance(slot, Slot)
    with slot:
        print("held", flush=True)  # noqa: T201 - this is what the process is for
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(hold(Path(sys.argv[1]), int(sys.argv[2]), Lane(sys.argv[3])))
