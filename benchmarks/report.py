"""What a report without a model costs: python -m benchmarks.report [PAGES]

A workspace of generated pages with their main text and, on every second one, a product. Some pages are copies
of the one before, and some products stand on a second page with another price. All of `tandem report` runs in
a process of its own. It fails above 60 s of CPU or 1 GB, when a planted contradiction is missing or another
one is told, when copies are miscounted, or when a citation does not hold.
"""

import asyncio
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import zstandard

from analysis.verify import verify
from analysis.write import read_report
from benchmarks.pages import WORDS
from storage.content_pack import Texts, serialized
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.runs import Run, end_run
from storage.store import Store
from storage.upkeep import Upkeep
from storage.words import Lease, Outcome, Page, ReadContent, Selected, SelectedRecord, Visit
from storage.workspace import ledger_path, prepare
from tandem.job import Analysis
from tandem.run_report import write_run_report
from tandem.stored_texts import is_body_of, text_of
from tests.storage.crawled import begin, link

MOST_SECONDS, MOST_MB = 60.0, 1024.0
SENTENCES = 40
COPY_EVERY, CONTRADICTED_EVERY = 10, 50  # pages
FRAME = zstandard.ZstdCompressor(level=1)
NOON = 1_700_000_000.0
JOB = {
    "name": "bench",
    "seeds": ["http://a.test/0"],
    "select": [
        {"record": "product", "fields": {"title": "text", "price": "money", "sku": "text", "made": "date"}}
    ],
}
QUESTIONS = ("Which harbor has a granite lantern?", "How many sparrows live in the velvet valley?")


def text_of_page(number: int) -> str:
    """Sentences of three shapes; a copy says what the page before says."""
    random = Random(number - 1 if is_copy(number) else number)
    return "\n".join(_sentence(random) for _ in range(SENTENCES))


def is_copy(number: int) -> bool:
    """Whether the page is a copy of the one before."""
    return number % COPY_EVERY == COPY_EVERY - 1


def _sentence(random: Random) -> str:
    some = random.choices(WORDS, k=random.randrange(8, 18))
    shape = random.randrange(3)
    if shape == 0:
        return f"The {' '.join(some)} weighs {random.randrange(10, 9_000)} grams."
    name = f"{random.choice(WORDS).title()} {random.choice(WORDS).title()}"
    return (
        f"{name} {' '.join(some)} and {random.choice(WORDS)}."
        if shape == 1
        else f"{' '.join(some).capitalize()}."
    )


def _record(number: int) -> tuple[SelectedRecord, ...]:
    if number % 2:
        return ()
    thing = number - 2 if number % CONTRADICTED_EVERY == 2 else number
    cents = Random(thing).randrange(100, 90_000) + (number - thing) * 50
    data = {
        "title": f"Thing {thing}",
        "price": {"amount": f"{cents / 100:.2f}", "currency": "EUR"},
        "sku": f"S-{thing:06}",
        "made": f"20{10 + thing % 15}-0{1 + thing % 9}-11",
    }
    return (SelectedRecord("product", 0, json.dumps(data), json.dumps({"price": {"how": "selector"}})),)


def _visit(lease: Lease) -> Visit:
    number = int(lease.link.url.rpartition("/")[2])
    text = text_of_page(number)
    body = f"<html><title>Page {number}</title><p>{text}".encode()
    texts = Texts(title=f"Page {number}", language="en", text=text, markdown=text)
    first = _digest(number - 1) if is_copy(number) else None
    page = Page(
        body=FRAME.compress(body),
        body_bytes=len(body),
        digest=_digest(number),
        content_type="text/html",
        charset="utf-8",
        title=f"Page {number}",
        content=ReadContent(2, "article", b"x", FRAME.compress(serialized(texts)), first),
        selected=Selected(_record(number)),
    )
    return Visit(lease, Outcome.FETCHED, "ok", NOON + number, 200, page=page)


def _digest(number: int) -> bytes:
    return hashlib.sha256(f"page {number}".encode()).digest()


async def build(workspace: Path, pages: int) -> Run:
    """A run of so many pages, committed and sealed as a crawl does it."""
    prepare(workspace)
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await begin(ledger, "bench", json.dumps(JOB))
        frontier = SqliteFrontier(ledger, run.run, slots=500)
        for first in range(0, pages, 500):
            wanted = range(first, min(first + 500, pages))
            await frontier.add([link(number) for number in wanted])
            done = 0
            while done < len(wanted):
                leases = await frontier.claim(500, 60, 1)
                assert await frontier.commit([_visit(lease) for lease in leases]) == []
                done += len(leases)
        await frontier.close()
        await ledger.write(lambda c: end_run(c, run.run, 0, ""))
        await Upkeep(ledger, workspace).finish()
    return run


def measure(workspace: Path, run: Run, pages: int) -> tuple[float, float, float]:
    """CPU seconds, seconds and megabytes of a report in a process of its own."""
    begun = time.monotonic()
    child = os.fork()
    if not child:
        wanted = Analysis(questions=QUESTIONS, max_pages=pages, formats=("md", "html", "json"))
        write_run_report(workspace, run.id, wanted)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime, time.monotonic() - begun, used.ru_maxrss / 1024


def check(workspace: Path, run: Run, pages: int) -> None:
    """The report says what is there, and nothing else."""
    report = read_report(workspace / "reports" / run.id / "report.json")
    planted = {f"S-{number - 2:06}" for number in range(pages) if number % CONTRADICTED_EVERY == 2}
    found = {one.entity for one in report.contradictions}
    assert found <= planted, sorted(found - planted)
    assert len(found) == min(len(planted), 100), (len(found), len(planted))
    assert report.coverage.clustered == sum(map(is_copy, range(pages))), report.coverage
    assert (report.coverage.eligible, report.coverage.never_read) == (pages, 0)
    with Store(workspace) as store:
        assert list(verify(report, text_of(store, run), is_body_of(store, run))) == []
    print(
        f"{len(list(report.claims()))} claims, {len(found)} of {len(planted)} contradictions (100 are told)"
    )


def main() -> int:
    """Builds, measures, checks."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        workspace = Path(folder)
        run = asyncio.run(build(workspace, pages))
        cpu, wall, megabytes = measure(workspace, run, pages)
        print(f"{pages:,} pages: {cpu:.1f} s of CPU, {wall:.1f} s, {megabytes:.0f} MB")
        check(workspace, run, pages)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"(the process it was forked from had {own:.0f} MB)")
    return int(cpu > MOST_SECONDS or megabytes > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
