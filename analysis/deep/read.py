"""Reads pages in batches: packed, written down, asked about, and halved when too large."""

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from analysis.deep.calibrate import calibrate
from analysis.deep.calls import Caller, Told
from analysis.deep.course import Course
from analysis.deep.gates import Gates, Statement
from analysis.deep.notes import Fact, notes_in
from analysis.deep.pack import take
from analysis.deep.pages import DeepPage, Piece, halves, whole
from analysis.deep.prompts import PROMPT_VERSION, Prompt, read_overhead, read_prompt
from analysis.deep.room import FILL, answer_tokens, measured, prompt_tokens

CHECK_TOKENS = 28  # of the check word and the question for it
WORTH_FILLING = 24  # tokens


@dataclass(frozen=True, slots=True)
class BatchRead:
    """What became of a batch, or of a part of one that was too large."""

    number: int
    pages: tuple[str, ...]  # by name
    reason: str = ""  # why it failed


@dataclass(slots=True)
class Reading:
    """What one model noted about some pages."""

    statements: list[Statement] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    batches: list[BatchRead] = field(default_factory=list)
    stripped: int = 0
    away: str = ""  # why the model was given up


class BatchReader:
    """One model that reads pages for one question, or for none."""

    def __init__(self, caller: Caller, gates: Gates, course: Course, question: str = "") -> None:
        self._caller = caller
        self._gates = gates
        self._course = course
        self._question = question
        self._queue = deque[Piece]()
        self._planned = deque[tuple[Piece, ...]]()
        self._number = 0
        self._plan = ""
        self._packing = asyncio.Lock()
        self._found: dict[int, list[tuple[BatchRead, Told | None, tuple[Piece, ...]]]] = {}
        self._away = ""

    async def read(self, pages: Sequence[DeepPage]) -> Reading:
        """Notes on all of them; the same whatever was asked before, and in whatever order answers come."""
        await calibrate(self._caller, pages)
        self._lay_out(pages)
        slots = self._caller.model.endpoint.slots
        async with asyncio.TaskGroup() as group:
            for number in range(max(1, slots - 1)):
                group.create_task(self._work(), name=f"batches {number}")
        return self._reading()

    def _lay_out(self, pages: Sequence[DeepPage]) -> None:
        """What an earlier process has packed stays as it was; the rest is still to be packed."""
        parts = [
            PROMPT_VERSION,
            self._question,
            self._caller.digest,
            self._caller.context,
            *((page.name, page.values) for page in pages),
        ]
        self._plan = sha256(json.dumps(parts).encode("utf-8", "replace")).hexdigest()
        known = {page.name: page for page in pages}
        reached = dict.fromkeys(known, 0)
        for items in self._caller.ledger.planned(self._plan):
            batch = tuple(_piece(item, known) for item in items.split())
            for piece in batch:
                reached[piece.page.name] = max(reached[piece.page.name], piece.end)
            self._planned.append(batch)
        rest = (whole(page, reached[page.name]) for page in pages)
        self._queue.extend(piece for piece in rest if piece.end > piece.start)
        self._expect()

    async def _work(self) -> None:
        while not self._away and (batch := await self._next()) is not None:
            number, pieces = batch
            await self._ask(number, pieces, 1)
            self._course.ended(has_failed=any(one.reason for one, _, _ in self._found.get(number, ())))

    async def _next(self) -> tuple[int, tuple[Piece, ...]] | None:
        async with self._packing:
            if self._planned:
                pieces = self._planned.popleft()
            elif self._queue:
                pieces = self._packed()
                items = " ".join(piece.name for piece in pieces)
                await asyncio.to_thread(self._caller.ledger.plan, self._plan, self._number, items)
            else:
                return None
            self._number += 1
            self._expect(1)
            return self._number, pieces

    def _packed(self) -> tuple[Piece, ...]:
        """A batch; what its parts seemed to need and the whole does not is filled up once more."""
        estimate = partial(measured, self._caller.model.tokens)
        pieces = take(self._queue, self._room(), estimate)
        prompt = self._prompt(pieces, 1)
        used = estimate(prompt.head + prompt.body) + CHECK_TOKENS
        left = int(self._caller.context * FILL) - used
        if self._queue and left > WORTH_FILLING:
            pieces += take(self._queue, left, estimate, may_exceed=False)
        return pieces

    def _room(self) -> int:
        estimate = partial(measured, self._caller.model.tokens)
        return prompt_tokens(self._caller.context, estimate(read_overhead(self._question)))

    def _expect(self, in_hand: int = 0) -> None:
        estimate = partial(measured, self._caller.model.tokens)
        sample = [
            estimate(piece.page.text[piece.start : piece.end][:2000]) for piece in list(self._queue)[:20]
        ]
        lengths = sum(min(piece.end - piece.start, 2000) for piece in list(self._queue)[:20])
        left = sum(piece.end - piece.start for piece in self._queue) * sum(sample) / max(lengths, 1)
        self._course.expects(in_hand + len(self._planned) + -(-int(left) // self._room()))

    async def _ask(self, number: int, pieces: tuple[Piece, ...], share: int) -> None:
        """Asks about a batch; one that is too large becomes two, and no page of it is lost."""
        told = await self._caller.ask("read", self._prompt(pieces, share), [p.page.place for p in pieces])
        parts = halves(pieces) if told.is_too_much else None
        if parts is not None:
            for part in parts:
                await self._ask(number, part, share * 2)
            return
        if told.is_away:  # whoever comes next reads these pages
            self._away = self._away or told.why
            return
        reason = "" if told.is_answered else told.why
        read = BatchRead(number, tuple(dict.fromkeys(piece.page.name for piece in pieces)), reason)
        self._found.setdefault(number, []).append((read, told if told.is_answered else None, pieces))

    def _prompt(self, pieces: tuple[Piece, ...], share: int) -> Prompt:
        return read_prompt(
            pieces, self._question, self._caller.salt, answer_tokens(self._caller.context), share
        )

    def _reading(self) -> Reading:
        reading = Reading(away=self._away)
        for number in sorted(self._found):
            for read, told, pieces in self._found[number]:
                reading.batches.append(read)
                if told is None:
                    continue
                notes = notes_in(told.answer, pieces, self._gates)
                reading.statements += notes.statements
                reading.facts += notes.facts
                reading.stripped += notes.stripped
        return reading


def _piece(item: str, pages: dict[str, DeepPage]) -> Piece:
    name, _, span = item.partition(":")
    start, _, end = span.partition("-")
    return Piece(pages[name], int(start), int(end))
