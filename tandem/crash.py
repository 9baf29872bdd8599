"""What a bug leaves behind: the traceback in a file, one line for the person."""

import contextlib
import os
import tempfile
import traceback


def report(error: BaseException) -> str:
    """Writes the traceback to a new file that only its owner reads; one line that says where."""
    said = str(error).splitlines()
    what = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    trace = "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):
        handle, path = tempfile.mkstemp(prefix="tandem-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(trace)
        return f"this is a bug in Tandem: {what}; the details are in {path}"
    return f"this is a bug in Tandem: {what}; run again with TANDEM_DEBUG=1 for the details"
