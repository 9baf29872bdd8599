"""What is committed is seen by other processes at once: by look-ups and by SQL."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.ledger import Ledger

from .crawled import begin, body, crawl

READER = """
import sys
from storage.store import open_store
with open_store(sys.argv[1]) as store:
    for line in sys.stdin:
        n = int(line)
        found = store.get(f"http://a.test/{n}")
        with store.query(f"SELECT count(*) AS n FROM pages WHERE url = 'http://a.test/{n}'") as rows:
            count = next(iter(rows)).to_pylist()[0]["n"]
        print(count, "nothing" if found is None else found.hex(), flush=True)
"""


@contextmanager
def other_process(workspace: Path) -> Iterator[Callable[[int], str]]:
    """Asks a process that reads the workspace all the while how often it sees a page, and its body."""
    command = [sys.executable, "-c", READER, str(workspace)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        asked, told = reader.stdin, reader.stdout
        assert asked is not None
        assert told is not None

        def ask(n: int) -> str:
            asked.write(f"{n}\n")
            asked.flush()
            return told.readline().strip()

        yield ask


async def test_a_page_is_seen_from_another_process_the_moment_it_is_committed(
    ledger: Ledger, workspace: Path
) -> None:
    run = await begin(ledger)
    with other_process(workspace) as ask:
        for n in range(3):
            assert ask(n) == "0 nothing"
            await crawl(ledger, run, [n])
            assert ask(n) == f"1 {body(n).hex()}"
