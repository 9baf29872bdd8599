"""Answers the SQL of a person in a process of its own that can harm nothing, and streams the result."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa

from storage.catalog import Catalog, Limits
from storage.query_wire import Ending, Frame, Request, WireError, read_ending, receive, send_request
from storage.readers import Reader

PASSED_ON = ("LD_LIBRARY_PATH", "SYSTEMROOT")  # all that the child gets to know of our environment


class QueryError(Exception):
    """A query that got no answer; `reason` is not_one_select, sql, memory, time or died."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.message or ending.reason)
        self.reason = ending.reason


class QueryResult:
    """The columns of an answer and its rows as they come; closing it ends the query."""

    def __init__(self, child: "_Child") -> None:
        self._child = child
        self.schema = child.schema
        self.ending: Ending | None = None  # known once all rows were read

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    @property
    def json_columns(self) -> frozenset[str]:
        """The columns whose text is JSON."""
        return frozenset(
            field.name for field in self.schema if (field.metadata or {}).get(b"sql_type") == b"JSON"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        while self.ending is None:
            frame, payload = self._child.next_frame()
            if frame == Frame.BATCH:
                batch = pa.ipc.read_record_batch(pa.py_buffer(payload), self.schema)
                batch.validate()
                yield batch
                continue
            self.ending = read_ending(payload)
        self._child.close()
        if self.ending.reason != "ok" and not self.ending.is_cut:
            raise QueryError(self.ending)


def run_query(sql: str, catalog: Catalog, limits: Limits, reader: Reader | None = None) -> QueryResult:
    """Start one query; QueryError when it has no answer, also while its rows are read.

    The reader, who keeps the files of the catalog in their place, is closed with the query.
    """
    child = _Child(limits.seconds, reader)
    try:
        child.ask(Request(sql, catalog, limits))
    except BaseException:
        child.close()
        raise
    return QueryResult(child)


class _Child:
    """The process, its clock, and what it says."""

    schema: pa.Schema

    def __init__(self, seconds: float, reader: Reader | None) -> None:
        self._reader = reader
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "storage.sql_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            cwd="/",
        )
        self._expired = False
        self._clock = threading.Timer(seconds, self._expire)
        self._clock.daemon = True
        self._clock.start()
        self._seconds = seconds

    def ask(self, request: Request) -> None:
        try:
            send_request(_pipe(self._process.stdin), request)
        except BrokenPipeError:
            raise QueryError(self._autopsy()) from None
        frame, payload = self.next_frame()
        if frame != Frame.SCHEMA:
            raise QueryError(read_ending(payload))
        self.schema = pa.ipc.read_schema(pa.py_buffer(payload))

    def next_frame(self) -> tuple[Frame, bytes]:
        try:
            return receive(_pipe(self._process.stdout))
        except WireError:
            raise QueryError(self._autopsy()) from None

    def close(self) -> None:
        self._clock.cancel()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(_pipe(pipe))
        self._process.wait()
        if self._reader is not None:
            self._reader.close()

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()

    def _autopsy(self) -> Ending:
        said = _pipe(self._process.stderr).read().decode(errors="replace").strip()
        code = self._process.wait()
        if self._expired or code == -signal.SIGXCPU:
            return Ending("time", f"the query took longer than {self._seconds:g} seconds")
        if "bad_alloc" in said or "MemoryError" in said or "memory" in said.lower():
            return Ending("memory", "the query needs more memory than it may have")
        return Ending("died", said.splitlines()[-1] if said else f"the query process ended with {code}")


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "LANG": "C.UTF-8",
        # few arenas: each would take 64 MB of the address space that bounds the query
        "MALLOC_ARENA_MAX": "2",
        # Arrow's allocator would start a thread while it is imported, before the process confines itself
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        # and so would numpy, which Arrow imports where it is installed
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _pipe(pipe: object) -> BinaryIO:
    if pipe is None:
        raise QueryError(Ending("died", "the query process has no pipes"))
    return pipe  # type: ignore[return-value]


def _close(pipe: BinaryIO) -> None:
    with suppress(BrokenPipeError):
        pipe.close()
