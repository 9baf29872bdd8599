"""What the exit status of every command means."""

from enum import IntEnum


class ExitCode(IntEnum):
    """One number per way to end; docs/exit-codes.md says the same for people."""

    OK = 0
    NO = 1
    USAGE = 2
    STORAGE = 3
    NOTHING_FETCHED = 5
    INCOMPLETE = 6
    SIGINT = 11
    SIGTERM = 13
    WORKSPACE_HELD = 21
    BUG = 70
