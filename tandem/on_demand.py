"""A large model that is there only while it is needed: started, loaded, let go, stopped."""

import asyncio
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from tandem.inference.manner import Probed
from tandem.inference.words import Description, Lane
from tandem.job_models import DeepEndpoint

if TYPE_CHECKING:
    from analysis.deep.course import Course
    from tandem.inference.model import Model

START_SECONDS = 600.0  # for a container to come up
COMMAND_SECONDS = 300.0
LOOK_SECONDS = 1.0
_WHOLE = 0.99  # of a model on graphics cards


class OnDemand:
    """The deep model of one analysis; nothing is started or loaded before the first call is made."""

    def __init__(self, model: "Model", wanted: DeepEndpoint | None, course: "Course", *, keeps: bool) -> None:
        self._model = model
        self._start = arguments(wanted.start) if wanted is not None else ()
        self._stop = arguments(wanted.stop) if wanted is not None else ()
        self._course = course
        self._keeps = keeps  # somebody else needs the same model
        self._is_roused = False

    async def rouse(self) -> None:
        """Has the model ready, as far as that can be had."""
        self._is_roused = True
        if self._start:
            self._course.waits_for(f"the {self._model.tier} model: its server is being started")
            problem = await run_command(self._start)
            if problem:
                self._course.warns(f"the command that starts the {self._model.tier} model failed: {problem}")
            await self._comes_up()
        self._course.waits_for(f"the {self._model.tier} model: it is being loaded")
        probed = await self._model.warm(Lane.BATCH)
        self._course.waits_for("")
        share = self._model.description.gpu_share if self._model.description is not None else None
        if isinstance(probed, Probed) and share is not None and share < _WHOLE:
            self._course.warns(
                f"{1 - share:.0%} of the {self._model.tier} model lies on the processor: it is slow"
            )

    async def rest(self) -> None:
        """Gives the memory back, when there was anything to do."""
        if not self._is_roused:
            return
        if not self._keeps:
            await self._model.release()
        if self._stop:
            problem = await run_command(self._stop)
            if problem:
                self._course.warns(f"the command that stops the {self._model.tier} model failed: {problem}")

    async def _comes_up(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                while not isinstance(await self._model.describe(), Description):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)


def arguments(command: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """A command as its words; no shell ever sees it, unless it is named as the first of them."""
    return tuple(shlex.split(command)) if isinstance(command, str) else tuple(command or ())


async def run_command(words: tuple[str, ...]) -> str:
    """What went wrong, in a line; empty when nothing did."""
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        return f"{words[0]}: {error.strerror or error}"
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"{words[0]} did not end within {COMMAND_SECONDS:.0f} s"
    if process.returncode == 0:
        return ""
    last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
    return f"{words[0]} ended with {process.returncode}: {''.join(last)[:300]}"
