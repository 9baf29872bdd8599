"""A file system that is really full, or read-only: a small tmpfs in a mount namespace of its own."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.tandem.small_site import SmallSite, answered
from tests.tandem.test_run_cli import Bench

TANDEM = Path(sys.executable).parent / "tandem"
PAGES = 120
PAGE_BYTES = 24_000
SECONDS = 300
COUNT = "SELECT count(*) FROM pages"


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


class Heavy(SmallSite):
    """Pages that no compression makes small."""

    def _page(self, path: str) -> bytes:
        number = path.removeprefix("/")
        if not number.isdecimal() or int(number) >= self.pages:
            return super()._page(path)
        return answered(f"<!doctype html><title>{number}</title>{os.urandom(PAGE_BYTES).hex()}".encode())


@pytest.fixture
def site() -> Iterator[Heavy]:
    if not _may_mount():
        pytest.skip("mounting needs root and unshare")
    with Heavy(pages=PAGES) as served:
        yield served


def in_namespace(folder: Path, script: str) -> list[str]:
    """What the script says on stdout, run where its mounts are its own."""
    done = subprocess.run(
        ["unshare", "-m", "sh", "-uc", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("size", ["48k", "200k", "1m", "3m"])
def test_a_full_disk_ends_with_3_and_the_same_command_goes_on_once_there_is_room(
    size: str, site: Heavy, tmp_path: Path
) -> None:
    bench = Bench(tmp_path, site)
    bench.workspace = tmp_path / "disk" / "work"
    bench.write([site.url], content=False)
    run = f"{shlex.join(bench.command())} >/dev/null 2>said; echo $?; wc -l <said; tail -n 1 said"
    told = in_namespace(
        tmp_path,
        f"mkdir disk kept; mount -t tmpfs -o size={size} tmpfs disk\n"
        f"{run}\n{run}\n{TANDEM} status --workspace disk/work >/dev/null 2>&1; echo $?\n"
        f"mount -o remount,size=100m disk\n{run}\n"
        f"mount -o remount,ro disk\n{run}\n{TANDEM} status --workspace disk/work >/dev/null; echo $?\n"
        f"{TANDEM} query '{COUNT}' --workspace disk/work --format csv | tail -n 1\n"
        "cp -r disk/work kept/",
    )
    full, again, status, more, read_only, *reading = (
        told[0:3], told[3:6], told[6], told[7:10], told[10:13], told[13], told[14],
    )  # fmt: skip
    for code, _, line in (full, again):
        assert code == "3"
        assert "disk is full" in line or "No space left" in line
        assert "run again once this is mended" in line
    assert status in {"0", "2", "3"}  # there may be no run yet
    assert more[0] == "0"
    assert read_only[0] == "3"
    assert "ead-only" in read_only[2]
    assert reading == ["0", str(PAGES + 1)]
    with Store(tmp_path / "kept" / "work") as store:
        (only,) = store.runs()
        urls = [page.url for page in store.pages(only) if page.outcome == "fetched"]
    assert sorted(urls) == sorted({site.url, *(f"{site.url}{number}" for number in range(PAGES))})
    assert not any("Traceback" in line for line in told)
