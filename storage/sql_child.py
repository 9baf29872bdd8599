"""The process that answers one query of a person and ends; it reads its request from stdin."""

import ctypes
import os
import signal
import sys
import sysconfig
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.ipc

from storage import sandbox
from storage.catalog import Limits
from storage.query_wire import Ending, Frame, Request, receive_request, send, send_ending
from storage.sql import (
    EngineError,
    EngineMemoryError,
    EngineStopped,
    NotOneSelect,
    open_engine,
    read,
)

_DIE_WITH_PARENT = 1
# the engine asks these for its share of the machine, and dies when it may not read the first
ABOUT_THE_MACHINE = (Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"), Path("/sys/devices/system/cpu"))


def main() -> int:
    """Confine this process, answer, and say how it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    request = receive_request(sys.stdin.buffer, _give_up_rights)
    send_ending(out, _answer(request, out))
    return 0


def _give_up_rights(files: list[Path], limits: Limits) -> None:
    sandbox.limit(limits.memory_bytes, limits.seconds * limits.threads)
    libraries = [Path(sysconfig.get_path(kind)) for kind in ("stdlib", "platlib", "purelib")]
    sandbox.confine(files, [*libraries, *ABOUT_THE_MACHINE])


def _answer(request: Request, out: BinaryIO) -> Ending:
    try:
        engine = open_engine(request.catalog, request.limits)
        schema, reader = read(engine, request.query)
        send(out, Frame.SCHEMA, memoryview(schema.serialize()))
        out.flush()
        return _stream(reader, out, request.limits)
    except NotOneSelect as error:
        return Ending("not_one_select", str(error))
    except EngineMemoryError as error:
        return Ending("memory", str(error))
    except EngineStopped as error:
        return Ending("time", str(error))
    except (EngineError, pa.ArrowException) as error:
        return Ending("sql", str(error))


def _stream(reader: pa.RecordBatchReader, out: BinaryIO, limits: Limits) -> Ending:
    rows = size = 0
    for batch in reader:
        left = batch.num_rows if limits.rows is None else limits.rows - rows
        kept = batch.slice(0, left)
        payload = memoryview(kept.serialize())
        if limits.result_bytes is not None and size + len(payload) > limits.result_bytes:
            return Ending("result_bytes", rows=rows)
        send(out, Frame.BATCH, payload)
        out.flush()
        rows, size = rows + kept.num_rows, size + len(payload)
        if kept.num_rows < batch.num_rows:
            return Ending("rows", rows=rows)
    return Ending("ok", rows=rows)


if __name__ == "__main__":
    sys.exit(main())
