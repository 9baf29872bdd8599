"""Calls are made once, by one process at a time, and go with the pages they quote."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.call_forget import forget_calls
from storage.call_ledger import NAME, CallEnd, CallLedger, CallName, told_of

CALL = CallName("key", "books-1-ab", "read", "deep", "large")
ANSWER = CallEnd("answered", "ok", '{"notes": []}', tokens_in=10, tokens_out=2, seconds=1.5)
PAGES = [("http://a.test/1", "a.test"), ("http://b.test/", "b.test")]


def test_a_call_is_leased_to_one_and_then_found_by_all(tmp_path: Path) -> None:
    with CallLedger(tmp_path) as mine, CallLedger(tmp_path) as other:
        assert mine.lease(CALL)
        assert not other.lease(CALL)
        assert other.found("key") is None
        mine.end("key", ANSWER, PAGES)
        found = other.found("key")
        assert found is not None
        assert (found.answer, found.tokens_in) == (ANSWER.answer, 10)
        assert not other.lease(CALL)


def test_a_lease_that_is_not_extended_ends(tmp_path: Path) -> None:
    with CallLedger(tmp_path, lease_seconds=0) as mine, CallLedger(tmp_path) as other:
        assert mine.lease(CALL)
        assert other.lease(CALL)


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from storage.call_ledger import *;"
        " assert CallLedger(pathlib.Path(sys.argv[1])).lease(CallName('key', 'r', 'read', 'deep', 'm'))"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    with CallLedger(tmp_path) as ledger:
        assert ledger.lease(CALL)


def test_what_nobody_answered_is_kept_and_tried_again(tmp_path: Path) -> None:
    with CallLedger(tmp_path) as ledger:
        assert ledger.lease(CALL)
        ledger.end("key", CallEnd("unavailable", "connect", is_final=False))
        assert ledger.found("key") is None
        assert ledger.lease(CALL)
        ledger.end("key", ANSWER)
        spent = ledger.spent(["key", "key", "other"])
        assert (spent.calls, spent.failed, spent.tokens_in) == (2, 1, 10)


def test_a_plan_stays_as_it_was_first_written(tmp_path: Path) -> None:
    with CallLedger(tmp_path) as ledger:
        ledger.plan("plan", 0, "a")
        ledger.plan("plan", 1, "b")
        ledger.plan("plan", 0, "c")
        assert ledger.planned("plan") == ["a", "b"]


@pytest.mark.parametrize(
    ("urls", "host", "run", "gone"),
    [
        ({"http://a.test/1"}, None, None, 1),
        (set[str](), "b.test", None, 1),
        (set[str](), None, "books-1-ab", 1),
        ({"http://a.test/"}, "test", "books-1", 0),
    ],
)
def test_calls_go_with_what_they_quote(
    tmp_path: Path, urls: set[str], host: str | None, run: str | None, gone: int
) -> None:
    with CallLedger(tmp_path) as ledger:
        ledger.lease(CALL)
        ledger.end("key", CallEnd("answered", "ok", "a canary sings"), PAGES)
    assert forget_calls(tmp_path, urls, host, run) == gone
    left = b"".join(path.read_bytes() for path in tmp_path.glob(f"{NAME}*"))
    assert (b"canary" in left) == (not gone)


def test_forgetting_makes_no_ledger(tmp_path: Path) -> None:
    assert forget_calls(tmp_path, {"http://a.test/"}, None, None) == 0
    assert not (tmp_path / NAME).exists()


def test_what_a_process_says_of_a_run_counts_while_it_lives(tmp_path: Path) -> None:
    assert told_of(tmp_path, "books-1-ab") == ""
    with CallLedger(tmp_path) as ledger:
        ledger.tell("books-1-ab", "Findings: 1 of 3 batches")
        assert told_of(tmp_path, "books-1-ab") == "Findings: 1 of 3 batches"
        assert told_of(tmp_path, "books-2-cd") == ""
        ledger.tell("books-1-ab", "")
    assert told_of(tmp_path, "books-1-ab") == ""
    program = (
        "import pathlib, sys; from storage.call_ledger import *;"
        " CallLedger(pathlib.Path(sys.argv[1])).tell('books-1-ab', 'reading')"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    assert told_of(tmp_path, "books-1-ab") == ""
