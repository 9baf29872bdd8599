from itertools import chain, repeat

import pytest

from tandem.long_work import LongWork


def test_short_work_is_done_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    moments = chain([0.0, 1.0, 1.9], repeat(2.0))
    work = LongWork("exported", "pages", clock=lambda: next(moments))
    work.add(5)
    work.add()
    assert (work.count, capsys.readouterr().err) == (6, "")


def test_long_work_is_told_ever_more_rarely(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    work = LongWork("exported", "pages", clock=lambda: now)
    told = []
    for second in range(1, 3601):
        now = float(second)
        work.add(1000)
        if capsys.readouterr().err:
            told.append(second)
    assert told[:4] == [2, 4, 6, 8]
    assert len(told) < 70
    now = 7200.0
    work.add()
    assert capsys.readouterr().err == "exported 3,600,001 pages, 500 per second\n"
