"""Bodies that are too large for memory: they are moved to their place, or nothing of them stays."""

import hashlib
from pathlib import Path

import pytest

from storage.connection import LedgerLost
from storage.kept_files import FOLDER, path_of, read_file, write_file
from storage.ledger import Ledger
from storage.spool import Spool, Spooled
from storage.tidy import tidy
from storage.words import KeptFile
from storage.workspace import ledger_path, prepare

BODY = b"many bytes of a film" * 1000


def _spooled(workspace: Path) -> Spooled:
    spool = Spool(workspace)
    spool.write(BODY[:100])
    spool.write(BODY[100:])
    return spool.finish()


def _kept(one: Spooled) -> KeptFile:
    return KeptFile("download", "video/mp4", b"", sha256=one.sha256, size=one.size, spool=one.path)


def _files(workspace: Path) -> list[Path]:
    return [path for path in (workspace / FOLDER).rglob("*") if path.is_file()]


def test_a_spooled_body_lies_under_its_digest_after_the_commit(tmp_path: Path) -> None:
    prepare(tmp_path)
    one = _spooled(tmp_path)
    assert (one.sha256, one.size) == (hashlib.sha256(BODY).digest(), len(BODY))
    kept = write_file(tmp_path, _kept(one))
    assert kept == KeptFile("download", "video/mp4", b"", sha256=one.sha256, size=len(BODY))
    assert read_file(tmp_path, path_of(one.sha256, "video/mp4")) == BODY
    assert len(_files(tmp_path)) == 1


def test_two_bodies_with_the_same_bytes_are_one_file(tmp_path: Path) -> None:
    prepare(tmp_path)
    for one in (_spooled(tmp_path), _spooled(tmp_path)):
        write_file(tmp_path, _kept(one))
    assert len(_files(tmp_path)) == 1


def test_a_discarded_body_leaves_nothing(tmp_path: Path) -> None:
    prepare(tmp_path)
    spool = Spool(tmp_path)
    spool.write(BODY)
    spool.discard()
    spool.discard()
    assert _files(tmp_path) == []


async def test_what_a_killed_process_left_is_unlinked(tmp_path: Path) -> None:
    prepare(tmp_path)
    _spooled(tmp_path)
    cut = Spool(tmp_path)
    cut.write(BODY)
    assert len(_files(tmp_path)) == 2
    async with Ledger(ledger_path(tmp_path)) as ledger:
        await ledger.write(lambda connection: tidy(connection, tmp_path))
    assert _files(tmp_path) == []
    cut.discard()


def test_a_body_that_is_gone_is_a_loss_of_the_ledger(tmp_path: Path) -> None:
    prepare(tmp_path)
    one = _spooled(tmp_path)
    (tmp_path / one.path).unlink()
    with pytest.raises(LedgerLost, match="files"):
        write_file(tmp_path, _kept(one))
