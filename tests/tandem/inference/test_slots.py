"""Lock files and the rule of who takes which slot."""

import os
from pathlib import Path

import pytest

from tandem.inference.errors import LanesUnusable
from tandem.inference.slots import AGEING_SECONDS, SlotFiles, choose, moment, private_folder
from tandem.inference.words import Endpoint, Lane

B, P = Lane.BATCH, Lane.INTERACTIVE


@pytest.mark.parametrize(
    ("lane", "ahead", "free", "slots", "expected"),
    [
        (B, [], [0], 1, 0),  # the only slot is everyone's
        (P, [], [0], 1, 0),
        (B, [P], [0], 1, None),
        (P, [B], [0], 1, None),  # aged work goes first
        (B, [], [0], 2, None),  # slot 0 is for people
        (B, [], [0, 1], 2, 1),
        (B, [], [1], 2, 1),
        (P, [], [0, 1], 2, 0),  # people take theirs first
        (P, [], [1], 2, 1),
        (B, [P], [0, 1], 2, 1),  # the person ahead takes slot 0
        (B, [P, P], [0, 1], 2, None),
        (B, [B], [0, 1], 2, None),
        (B, [B], [0, 1, 2], 3, 2),
        (P, [B], [0], 2, 0),  # aged work cannot take slot 0
        (P, [B], [1], 2, None),
        (P, [P], [0, 1], 2, 0),
        (B, [], [], 4, None),
        (P, [], [], 4, None),
    ],
)
def test_the_next_takes_what_those_ahead_leave(
    lane: Lane, ahead: list[Lane], free: list[int], slots: int, expected: int | None
) -> None:
    assert choose(lane, ahead, free, slots) == expected


@pytest.mark.parametrize(("seconds", "goes_first"), [(AGEING_SECONDS - 1, False), (AGEING_SECONDS + 1, True)])
def test_work_that_has_waited_long_goes_before_people(lanes: Path, seconds: float, goes_first: bool) -> None:
    files = SlotFiles(lanes, Endpoint("http://a", "m"))
    now = moment()
    work = files.join(B, now - int(seconds * 1e9))
    person = files.join(P, now)
    first, second = (work, person) if goes_first else (person, work)
    assert files.take(second) is None
    held = files.take(first)
    assert held is not None
    first.close()
    assert files.take(second) is None, "there is one slot"
    held.release()
    held = files.take(second)
    assert held is not None
    held.release()
    second.close()


def test_a_ticket_nobody_looks_after_holds_nobody_up(lanes: Path) -> None:
    files = SlotFiles(lanes, Endpoint("http://a", "m"))
    asleep, awake = files.join(P, moment()), files.join(B, moment())
    (path,) = lanes.glob("*/queue/i-*")
    os.utime(path, (1, 1))  # its process has stopped, and holds the lock
    held = files.take(awake)
    assert held is not None
    held.release()
    asleep.close()
    awake.close()


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    assert private_folder(tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "file").touch()
    for name in ("open", "link", "file"):
        with pytest.raises(LanesUnusable, match="TANDEM_LANES"):
            private_folder(tmp_path / name)
