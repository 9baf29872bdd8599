"""What this machine has that every job needs."""

import resource
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from storage.ledger import StorageError, connect
from tandem.finding import Finding, Health

LIBRARIES = (
    "aiohttp",
    "selectolax",
    "ada-url",
    "duckdb",
    "pyarrow",
    "pydantic",
    "aiomqtt",
    "amqtt",
    "typer",
    "rich",
)
_ENOUGH_FILES = 1024
_ENOUGH_DISK = 1_000_000_000


def python() -> Finding:
    """The interpreter that runs us."""
    found = f"{sys.version.split()[0]} at {sys.executable}"
    return Finding("python", Health.GOOD, found)


def libraries() -> Finding:
    """What the package needs."""
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        remedy = f"{sys.executable} -m pip install {' '.join(missing)}"
        return Finding("libraries", Health.BROKEN, f"missing: {', '.join(missing)}", "no job can run", remedy)
    return Finding("libraries", Health.GOOD, ", ".join(found))


def sqlite() -> Finding:
    """Whether a ledger can be kept."""
    with tempfile.TemporaryDirectory(prefix="tandem-doctor-") as folder:
        try:
            connection = connect(Path(folder) / "try.sqlite")
            number = connection.execute("SELECT sqlite_version()").fetchone()[0]
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            connection.close()
        except StorageError as error:
            return Finding(
                "sqlite", Health.BROKEN, str(error), "no ledger can be kept", "free space in TMPDIR"
            )
    if mode != "wal":
        return Finding("sqlite", Health.BROKEN, f"{number}, journal {mode}", "no ledger can be kept")
    return Finding("sqlite", Health.GOOD, f"{number}, write-ahead log works")


def workspace(place: Path) -> Finding:
    """Whether pages can be kept."""
    folder = _nearest_folder(place)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "name another with --workspace, or make this one writable"
        return Finding(
            "workspace", Health.BROKEN, f"{place}: {error.strerror}", "nothing can be kept", remedy
        )
    return Finding("workspace", Health.GOOD, f"{place} ({'exists' if place.is_dir() else 'will be made'})")


def disk(place: Path) -> Finding:
    """How much room is left."""
    free = shutil.disk_usage(_nearest_folder(place)).free
    found = f"{free / 1e9:.1f} GB free"
    if free < _ENOUGH_DISK:
        remedy = "free some space, or name another --workspace"
        return Finding(
            "disk", Health.LIMITED, found, "a larger crawl ends with exit 3 when it is full", remedy
        )
    return Finding("disk", Health.GOOD, found)


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def open_files() -> Finding:
    """How many connections can be open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    found = f"{soft:,} open files"
    if soft < _ENOUGH_FILES:
        cost = "a high crawl.concurrency runs out of connections"
        return Finding("open files", Health.LIMITED, found, cost, f"ulimit -n {min(hard, 65_536)}")
    return Finding("open files", Health.GOOD, found)


def parse_limits() -> Finding:
    """Whether a parse worker can be held to its memory."""
    if sys.platform.startswith("linux"):
        return Finding("memory limit", Health.GOOD, "parse workers are limited by the kernel")
    cost = "a hostile page may take all memory of a parse worker before its time is over"
    return Finding(
        "memory limit", Health.LIMITED, f"{sys.platform} has none per process", cost, "docker compose up"
    )
