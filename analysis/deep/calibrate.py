"""Has a model count some of the text before anything is packed; not a word is written."""

from collections.abc import Sequence

from analysis.deep.calls import Caller
from analysis.deep.pages import DeepPage
from analysis.deep.prompts import READ, Prompt
from tandem.inference.clean import cleaned_lines

SAMPLES = 3
LONGEST_SAMPLE = 3_000  # characters
WORTH_IT = 8_000  # characters in all: less fits into one batch anyway


async def calibrate(caller: Caller, pages: Sequence[DeepPage]) -> None:
    """Learns how many tokens such pages have; a server that does not answer is met again soon enough."""
    if caller.model.tokens.is_calibrated or sum(len(page.text) for page in pages) < WORTH_IT:
        return
    longest = min(LONGEST_SAMPLE, caller.context)
    for number in range(SAMPLES):
        start = len(pages) * number // SAMPLES
        text, at = "", start
        while len(text) < longest and at < len(pages):
            text += cleaned_lines(pages[at].text[:longest])
            at += 1
        if not await caller.count(
            Prompt(READ, text[:longest], {}, 1), [page.place for page in pages[start:at]]
        ):
            return
