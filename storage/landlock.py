"""The kernel's own list of what a process may still do with files and TCP; it binds root too."""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # interface version -> how many rights it knows
_NEWEST_FILE_RIGHTS = 16
_TCP_FROM, _TCP = 4, 0b11  # bind and connect
_SCOPES_FROM, _SCOPES = 6, 0b11  # abstract sockets and signals of other processes


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The interface version of the running kernel; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)))


def denies_tcp() -> bool:
    """Whether the kernel can take TCP away too."""
    return version() >= _TCP_FROM


def allow_only_reading(paths: Iterable[Path]) -> None:
    """From here on this thread and all its children only read `paths`; for good, and for root too."""
    known = version()
    rules = _Ruleset(
        files=(1 << _FILE_RIGHTS.get(known, _NEWEST_FILE_RIGHTS)) - 1,
        tcp=_TCP if known >= _TCP_FROM else 0,
        scopes=_SCOPES if known >= _SCOPES_FROM else 0,
    )
    # an older kernel takes a longer structure as long as what it does not know is zero
    ruleset = _checked(_syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.sizeof(rules), 0))
    try:
        for path in paths:
            _allow(ruleset, path)
        _checked(ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(_syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = READ_FILE | (READ_DIR if path.is_dir() else 0)
        rule = _PathBeneath(rights, descriptor)
        _checked(_syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(descriptor)


def _syscall(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(number), *arguments))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"landlock: {os.strerror(number)}")
    return result
