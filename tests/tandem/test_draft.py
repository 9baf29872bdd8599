"""Drafts are told while an answer comes in."""

import json

import pytest

from tandem.draft import Drafts

REPLY = json.dumps({"claims": [{"quotes": [], "text": 'He said "yes".\nTwice \\ 東'}, {"text": "Second."}]})


@pytest.mark.parametrize("step", [1, 3, 7, 1_000])
def test_each_claim_is_told_once_and_as_soon_as_it_is_whole(step: int) -> None:
    told: list[str] = []
    drafts = Drafts(told.append)
    for start in range(0, len(REPLY), step):
        drafts.add(REPLY[start : start + step])
    assert told == ['He said "yes".\nTwice \\ 東', "Second."]


@pytest.mark.parametrize("reply", ["", "no json", '"text": 5', '"text": "\\x"', '"text": "open'])
def test_what_is_no_claim_is_passed_over(reply: str) -> None:
    told: list[str] = []
    Drafts(told.append).add(reply)
    assert told == []
