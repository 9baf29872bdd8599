"""The words between a query's parent and its child: the request in, the answer out, in counted frames."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from storage.catalog import Catalog, Limits, Source

_HEAD = struct.Struct("<cQ")


class Frame(Enum):
    """What a frame holds."""

    REQUEST = b"Q"  # JSON
    ROWS = b"P"  # an Arrow stream: the waiting rows of one source
    SCHEMA = b"S"  # an Arrow schema
    BATCH = b"B"  # an Arrow record batch of that schema
    END = b"E"  # JSON: how it ended


@dataclass(frozen=True, slots=True)
class Request:
    """One query and all it may see."""

    query: str
    catalog: Catalog
    limits: Limits


@dataclass(frozen=True, slots=True)
class Ending:
    """How a query ended: ok, cut (by rows or result_bytes), or why it failed."""

    reason: str
    message: str = ""
    rows: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether there was more than the limits let through."""
        return self.reason in {"rows", "result_bytes"}


class WireError(Exception):
    """The other side went away in the middle of a frame."""


def send(out: BinaryIO, frame: Frame, payload: bytes | memoryview) -> None:
    """Write one frame."""
    out.write(_HEAD.pack(frame.value, len(payload)))
    out.write(payload)


def receive(source: BinaryIO) -> tuple[Frame, bytes]:
    """Read one frame."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise WireError("the other side ended")
    kind, size = _HEAD.unpack(head)
    payload = source.read(size)
    if len(payload) < size:
        raise WireError("the other side ended inside a frame")
    return Frame(kind), payload


def send_request(out: BinaryIO, request: Request) -> None:
    """Hand a query over, with the waiting rows it may see."""
    sources = request.catalog.sources
    waiting = {name: source.pending for name, source in sources.items() if source.pending is not None}
    plain = {
        "query": request.query,
        "limits": asdict(request.limits),
        "files": {name: [str(path) for path in source.files] for name, source in sources.items()},
        "narrow": {name: [str(path) for path in source.narrow] for name, source in sources.items()},
        "where": {name: source.where for name, source in sources.items()},
        "views": dict(request.catalog.views),
        "waiting": list(waiting),
    }
    send(out, Frame.REQUEST, json.dumps(plain).encode())
    for rows in waiting.values():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            writer.write_table(rows)
        send(out, Frame.ROWS, memoryview(sink.getvalue()))
    out.flush()


def receive_request(source: BinaryIO, before_rows: Callable[[list[Path], Limits], object]) -> Request:
    """The query this process was started for; `before_rows` hears of it before Arrow starts threads."""
    _, payload = receive(source)
    plain = json.loads(payload)
    limits = Limits(**plain["limits"])
    files = [*plain["files"].values(), *plain["narrow"].values()]
    before_rows([Path(file) for several in files for file in several], limits)
    waiting: Mapping[str, pa.Table] = {
        name: pa.ipc.open_stream(pa.py_buffer(receive(source)[1])).read_all() for name in plain["waiting"]
    }
    sources = {
        name: Source(_paths(files), waiting.get(name), plain["where"][name], _paths(plain["narrow"][name]))
        for name, files in plain["files"].items()
    }
    return Request(plain["query"], Catalog(sources, plain["views"]), limits)


def _paths(names: list[str]) -> tuple[Path, ...]:
    return tuple(map(Path, names))


def send_ending(out: BinaryIO, ending: Ending) -> None:
    """Say how the query ended; the last frame."""
    send(out, Frame.END, json.dumps(asdict(ending)).encode())
    out.flush()


def read_ending(payload: bytes) -> Ending:
    """How the query ended."""
    return Ending(**json.loads(payload))
