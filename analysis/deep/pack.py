"""Packs pieces of pages into batches that fill the room there is in a prompt."""

from collections import deque
from collections.abc import Callable

from analysis.deep.pages import Piece, cut

LOOK_AHEAD = 60  # pieces that may fill what others left
ENOUGH_LEFT = 0.015  # of the room; less is not worth filling
WORTH_CUTTING = 0.03
VALUES = "values:"  # what a line of values begins with

Estimate = Callable[[str], int]


def block(number: int, piece: Piece) -> str:
    """One document as it stands in a prompt."""
    values = piece.values
    selected = f"{VALUES} {values}\n" if values else ""
    return f"[{number}] {piece.title}\n{selected}{piece.shown}\n"


def take(queue: deque[Piece], room: int, estimate: Estimate, *, may_exceed: bool = True) -> tuple[Piece, ...]:
    """The next batch, out of the queue; what does not fit stays there, and a page that never would is cut.

    One that cannot be cut any more is taken all the same, if nothing else is: the server decides.
    """
    batch: list[Piece] = []
    passed: list[Piece] = []
    left = room
    while queue and left > room * ENOUGH_LEFT and len(passed) < LOOK_AHEAD:
        piece = queue.popleft()
        tokens = estimate(block(99, piece))
        if tokens <= left:
            batch.append(piece)
            left -= tokens
        else:
            passed.append(piece)
    if passed and (not batch or left > room * WORTH_CUTTING):
        _fill(batch, passed, left, estimate)
    if passed and not batch and may_exceed:
        batch.append(passed.pop(0))
    queue.extendleft(reversed(passed))
    return tuple(batch)


def _fill(batch: list[Piece], passed: list[Piece], left: int, estimate: Estimate) -> None:
    """Takes the beginning of the next piece into what is left."""
    piece = passed[0]
    tokens = estimate(block(99, piece))
    parts = cut(piece, int((piece.end - piece.start) * left / max(tokens, 1) * 0.95))
    while parts is not None and estimate(block(99, parts[0])) > left:
        shorter = cut(piece, (parts[0].end - parts[0].start) * 4 // 5)
        parts = shorter if shorter is not None and shorter[0].end < parts[0].end else None
    if parts is not None:
        passed[0] = parts[1]
        batch.append(parts[0])
