"""Has a model correct, once, what the gates found wrong; then the gates judge again, and for good."""

from collections.abc import Sequence

from analysis.deep.calls import Caller
from analysis.deep.gates import Statement, judged, places
from analysis.deep.pack_lines import groups
from analysis.deep.prompts import MEND, mend_prompt, shown_fault
from analysis.deep.room import answer_tokens, prompt_tokens

MOST_AT_ONCE = 8
MOST_MENDED = 48  # of one section, those that matter most
_TEXT_TOKENS = 110  # of one sentence in the answer


async def mend(caller: Caller, statements: Sequence[Statement]) -> list[Statement]:
    """All of them in their order; what has no proof at all cannot be mended."""
    found = list(statements)
    wrong = [place for place, one in enumerate(found) if one.reasons and one.quotes]
    wrong = sorted(wrong, key=lambda place: -found[place].score)[:MOST_MENDED]
    tokens = answer_tokens(caller.context)
    room = prompt_tokens(caller.context, caller.model.tokens.estimate(MEND) + 60)
    lines = [shown_fault(found[place].text, found[place].reasons, found[place].evidence) for place in wrong]
    most = min(MOST_AT_ONCE, max(1, tokens // _TEXT_TOKENS))
    for start, end in groups(lines, room, most, caller.model.tokens.estimate):
        asked = [found[place] for place in wrong[start:end]]
        for place, better in zip(
            wrong[start:end], await _ask(caller, asked, lines[start:end], tokens), strict=True
        ):
            found[place] = better
    return found


async def _ask(
    caller: Caller, asked: Sequence[Statement], lines: Sequence[str], tokens: int
) -> list[Statement]:
    """The same number of statements; those that were not corrected as they were."""
    pages = places(asked)
    told = await caller.ask("mend", mend_prompt(lines, caller.salt, tokens), pages)
    better = list(asked)
    for given in told.answer.get("sentences", ()):
        place, text = given["number"] - 1, " ".join(given["text"].split())
        if 0 <= place < len(asked) and text and asked[place] is better[place]:
            old = asked[place]
            new = judged(Statement(text, old.quotes, old.score, (), old.alleged, is_repaired=True))
            better[place] = new if new.stands else old
    return better
