"""Writes one section with the best writer there is: a model, a smaller one, or none at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.deep.calls import Caller
from analysis.deep.course import Course
from analysis.deep.gates import Gates, Statement
from analysis.deep.mend import mend
from analysis.deep.notes import Fact
from analysis.deep.pages import DeepPage
from analysis.deep.read import BatchRead, BatchReader, Reading
from analysis.deep.write import Findings, write_findings, write_summary


@dataclass(slots=True)
class Chapter:
    """One section as a model wrote it; without a writer no model did."""

    writer: str = ""  # the tier
    standing: list[Statement] = field(default_factory=list)
    rejected: list[Statement] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    batches: list[BatchRead] = field(default_factory=list)
    stripped: int = 0
    notes: list[str] = field(default_factory=list)  # why it came out as it did


class Ladder:
    """The models of an analysis, the best first; one that went away is not asked again."""

    def __init__(self, callers: Sequence[Caller], course: Course) -> None:
        self.callers = tuple(callers)
        self._course = course
        self._gates = Gates()
        self._away: dict[str, str] = {}  # by tier, why

    async def chapter(self, title: str, question: str, pages: Sequence[DeepPage]) -> Chapter:
        """Notes on the pages, and findings out of them."""
        chapter = Chapter()
        for caller in self.callers:
            if not await self._met(caller):
                continue
            self._course.begin(title, caller.place)
            reading = await BatchReader(caller, self._gates, self._course, question).read(pages)
            chapter.batches += reading.batches
            if reading.away:
                self._away[caller.place] = reading.away
                continue
            if all(batch.reason for batch in reading.batches):
                chapter.notes += _remarks(caller.place, reading, Findings())
                continue
            await self._compose(caller, reading, question, chapter)
            break
        chapter.notes = [*self._absences(chapter.writer), *chapter.notes]
        return chapter

    async def summary(self, findings: Sequence[Statement]) -> Chapter:
        """A few sentences out of all findings; without a writer when no model is left to write them."""
        chapter = Chapter()
        for caller in self.callers:
            if not findings or not await self._met(caller):
                continue
            self._course.begin("Summary", caller.place)
            found = await write_summary(caller, findings)
            chapter.stripped += found.stripped
            chapter.rejected += found.rejected
            if found.failure:
                chapter.notes.append(f"The {caller.place} model wrote no summary ({found.failure}).")
                continue
            chapter.writer, chapter.standing = caller.place, found.standing
            break
        chapter.notes = [*self._absences(chapter.writer), *chapter.notes]
        return chapter

    async def _met(self, caller: Caller) -> bool:
        if caller.place in self._away:
            return False
        await caller.meet()
        return True

    async def _compose(self, caller: Caller, reading: Reading, question: str, chapter: Chapter) -> None:
        chapter.writer = caller.place
        chapter.facts, chapter.stripped = reading.facts, reading.stripped
        notes = await mend(caller, reading.statements)
        found = await write_findings(caller, [note for note in notes if note.stands], question)
        chapter.standing, chapter.stripped = found.standing, chapter.stripped + found.stripped
        chapter.rejected += [*(note for note in notes if not note.stands), *found.rejected]
        chapter.notes += _remarks(caller.place, reading, found)

    def _absences(self, writer: str) -> list[str]:
        """Why each better writer did not write it."""
        better = [caller.place for caller in self.callers]
        better = better[: better.index(writer)] if writer else better
        return [f"The {tier} model was away ({self._away[tier]})." for tier in better if tier in self._away]


def _remarks(tier: str, reading: Reading, found: Findings) -> list[str]:
    failed = [batch for batch in reading.batches if batch.reason]
    remarks = []
    if failed:
        reasons = ", ".join(sorted({batch.reason for batch in failed}))
        remarks.append(
            f"{len(failed)} of {len(reading.batches)} batches of the {tier} model failed ({reasons})."
        )
    if found.failure:
        remarks.append(
            f"Notes stand as they were taken, since putting them together failed ({found.failure})."
        )
    return remarks
