"""Puts notes together into findings, in a tree of calls when one is too small, and sums findings up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from analysis.deep.calls import Caller, Told
from analysis.deep.gates import Statement, judged, merged, places
from analysis.deep.mend import mend
from analysis.deep.pack_lines import groups
from analysis.deep.prompts import (
    MOST_FINDINGS,
    SUM_UP,
    WRITE,
    Prompt,
    Salt,
    shown_note,
    summary_prompt,
    write_prompt,
)
from analysis.deep.room import answer_tokens, prompt_tokens

MOST_NOTES = 400  # of a section, those that matter most
MOST_AT_ONCE = 120
MOST_LEVELS = 6
MOST_QUOTES = 4  # of one finding

MakePrompt = Callable[[Sequence[str], Salt, int], Prompt]


@dataclass(slots=True)
class Findings:
    """What became of notes; `failure` says why they stand as they were noted."""

    standing: list[Statement] = field(default_factory=list)
    rejected: list[Statement] = field(default_factory=list)
    stripped: int = 0
    failure: str = ""


async def write_findings(caller: Caller, notes: Sequence[Statement], question: str) -> Findings:
    """Findings out of notes that stand."""
    best = sorted(_distinct(notes), key=lambda note: -note.score)[:MOST_NOTES]

    def prompt(lines: Sequence[str], salt: Salt, tokens: int) -> Prompt:
        return write_prompt(lines, question, salt, tokens)

    return await _reduced(caller, best, prompt, WRITE + question)


async def write_summary(caller: Caller, findings: Sequence[Statement]) -> Findings:
    """A few sentences out of all findings."""
    return await _reduced(caller, _distinct(findings), summary_prompt, SUM_UP)


async def _reduced(caller: Caller, notes: Sequence[Statement], make: MakePrompt, head: str) -> Findings:
    found = Findings(standing=list(notes))
    for _ in range(MOST_LEVELS):
        if not found.standing:
            return found
        spans = _spans(caller, found.standing, head)
        level = Findings(rejected=found.rejected, stripped=found.stripped)
        for start, end in spans:
            await _put_together(caller, found.standing[start:end], make, level)
        is_last = len(spans) == 1 or len(level.standing) >= len(found.standing)
        if not level.standing:
            level.standing, level.failure = found.standing, level.failure or "nothing of it passed the gates"
            is_last = True
        found = level
        if is_last or found.failure:
            break
    found.standing = found.standing[:MOST_FINDINGS] if found.failure else found.standing
    return found


def _spans(caller: Caller, notes: Sequence[Statement], head: str) -> list[tuple[int, int]]:
    estimate = caller.model.tokens.estimate
    lines = [shown_note(note.text, note.evidence) for note in notes]
    return list(groups(lines, prompt_tokens(caller.context, estimate(head) + 100), MOST_AT_ONCE, estimate))


async def _put_together(caller: Caller, notes: Sequence[Statement], make: MakePrompt, into: Findings) -> None:
    """One call, or two where it is too much; what comes of it is judged, mended once, and judged again."""
    lines = [shown_note(note.text, note.evidence) for note in notes]
    pages = places(notes)
    told = await caller.ask("write", make(lines, caller.salt, answer_tokens(caller.context)), pages)
    if told.is_too_much and len(notes) > 1:
        middle = len(notes) // 2
        await _put_together(caller, notes[:middle], make, into)
        await _put_together(caller, notes[middle:], make, into)
        return
    if not told.is_answered:
        into.failure = told.why
        into.standing += notes
        return
    written, bases, stripped = _written(told, notes)
    into.stripped += stripped
    for statement, base in zip(await mend(caller, written), bases, strict=True):
        if statement.stands:
            into.standing.append(statement)
            continue
        into.rejected.append(statement)
        if base is not None:  # what was to be said better is said as it was noted
            into.standing.append(base)
    into.standing = _distinct(into.standing)


def _written(told: Told, notes: Sequence[Statement]) -> tuple[list[Statement], list[Statement | None], int]:
    """Findings, judged, each with the best note it rests on; references to nothing are counted."""
    written, bases, stripped = [], [], 0
    for finding in told.answer.get("findings", ()):
        cited = [number for number in dict.fromkeys(finding["notes"]) if 1 <= number <= len(notes)]
        stripped += len(set(finding["notes"])) - len(cited)
        rests_on = [notes[number - 1] for number in cited]
        quotes = merged([quote for note in rests_on for quote in note.quotes])[:MOST_QUOTES]
        text = " ".join(finding["text"].split())
        best = max(rests_on, key=lambda note: note.score, default=None)
        if not text:
            continue
        repaired = any(note.is_repaired for note in rests_on)
        statement = Statement(text, quotes, best.score if best else 0, is_repaired=repaired)
        written.append(judged(statement))
        bases.append(best)
    return written, bases, stripped


def _distinct(notes: Sequence[Statement]) -> list[Statement]:
    """Those that stand, each text once."""
    return list(
        {" ".join(note.text.casefold().split()): note for note in reversed(notes) if note.stands}.values()
    )[::-1]
