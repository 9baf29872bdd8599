import asyncio
import hashlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from scraper.parse_pool import Parsed, ParsePool, ParseSettings, Raw
from scraper.parse_process import WorkerNotStarted

SETTINGS = ParseSettings(agent="Tandem/1.0")
QUADRATIC = b"<select>" + b"<option>" * 150_000  # takes more than a minute


def raw(body: bytes, number: int = 0, host: str = "shop.test") -> Raw:
    return Raw(f"http://{host}/{number}", body, "text/html; charset=utf-8", "text/html", host)


def page(number: int, host: str = "shop.test") -> Raw:
    return raw(f"<title>{number}</title><a href=/{number}/next>next</a>".encode(), number, host)


def is_page(parsed: Parsed, number: int) -> bool:
    return (parsed.reason, parsed.title) == ("ok", str(number))


def is_kept(parsed: Parsed, body: bytes) -> bool:
    whole = zstandard.ZstdDecompressor().decompress(parsed.body) == body
    return whole and parsed.digest == hashlib.sha256(body).digest()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def open_files() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("workers", [1, 3])
async def test_every_page_gets_its_own_answer(workers: int) -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS, workers) as pool:
        answers = await asyncio.gather(
            *(pool.parse(page(number, f"h{number % 7}.test")) for number in range(300))
        )
    for number, parsed in enumerate(answers):
        assert is_page(parsed, number)
        assert [url for _, url in parsed.follow] == [f"http://h{number % 7}.test/{number}/next"]


async def test_what_is_no_page_is_kept() -> None:
    body = os.urandom(5_000_000)
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        parsed = await pool.parse(Raw("http://shop.test/x", body, "", "application/pdf", "shop.test"))
    assert parsed.reason == "damaged"
    assert is_kept(parsed, body)


async def test_headers_that_are_no_text_pass() -> None:
    odd = Raw(
        "http://shop.test/", b"<title>x", "text/html; charset=\udcff", "text/html", "h", ("\udcfe: noindex",)
    )
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        assert (await pool.parse(odd)).title == "x"


async def test_a_page_that_takes_quadratic_time_costs_only_itself() -> None:
    async with asyncio.timeout(60), ParsePool(ParseSettings("Tandem/1.0", page_seconds=0.3)) as pool:
        pages = [page(number) for number in range(40)]
        pages[5] = raw(QUADRATIC, 5)
        pages[22] = raw(QUADRATIC, 22)
        answers = await asyncio.gather(*map(pool.parse, pages))
    guilty = {number for number, parsed in enumerate(answers) if parsed.reason == "parse_timeout"}
    assert guilty == {5, 22}
    assert all(is_kept(answers[number], QUADRATIC) for number in guilty)
    assert all(is_page(parsed, number) for number, parsed in enumerate(answers) if number not in guilty)


async def test_a_page_that_needs_too_much_memory_costs_only_itself() -> None:
    greedy = b"<p>x" * 2_000_000
    async with asyncio.timeout(60), ParsePool(ParseSettings("Tandem/1.0", memory_bytes=128 << 20)) as pool:
        pages = [page(number) for number in range(20)]
        pages[3] = raw(greedy, 3)
        answers = await asyncio.gather(*map(pool.parse, pages))
    assert answers[3].reason == "parse_memory"
    assert is_kept(answers[3], greedy)
    assert all(is_page(parsed, number) for number, parsed in enumerate(answers) if number != 3)


async def test_a_worker_killed_in_the_middle_of_a_chunk_costs_nothing() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        [pid] = pool.worker_pids
        os.kill(pid, signal.SIGSTOP)
        waiting = [asyncio.create_task(pool.parse(page(number))) for number in range(50)]
        await asyncio.sleep(0)  # every page is in the pool's hands
        os.kill(pid, signal.SIGKILL)
        answers = await asyncio.gather(*waiting)
        assert pool.worker_pids != [pid]
    assert all(is_page(parsed, number) for number, parsed in enumerate(answers))


async def test_only_the_dead_worker_is_replaced() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS, workers=2) as pool:
        first, second = pool.worker_pids
        os.kill(first, signal.SIGKILL)
        hosts = [f"h{number}.test" for number in range(20)]
        await asyncio.gather(*(pool.parse(page(1, host)) for host in hosts))
        await until(lambda: len(pool.worker_pids) == 2)
        assert second in pool.worker_pids
        assert first not in pool.worker_pids


async def test_a_page_whose_reader_dies_twice_is_given_up() -> None:
    async with asyncio.timeout(60), ParsePool(ParseSettings("Tandem/1.0", page_seconds=60)) as pool:
        waiting = asyncio.create_task(pool.parse(raw(QUADRATIC)))
        [pid] = pool.worker_pids
        os.kill(pid, signal.SIGKILL)
        await until(lambda: pool.worker_pids not in ([], [pid]))
        os.kill(pool.worker_pids[0], signal.SIGKILL)
        parsed = await waiting
        assert parsed.reason == "parse_crashed"
        assert is_kept(parsed, QUADRATIC)
        assert is_page(await pool.parse(page(1)), 1)


@pytest.mark.parametrize("pages", [1, 3])
async def test_a_worker_that_does_not_get_on_is_replaced(pages: int) -> None:
    async with asyncio.timeout(60), ParsePool(ParseSettings("Tandem/1.0", page_seconds=0.4)) as pool:
        [pid] = pool.worker_pids
        os.kill(pid, signal.SIGSTOP)
        answers = await asyncio.gather(*(pool.parse(page(number)) for number in range(pages)))
        assert all(is_page(parsed, number) for number, parsed in enumerate(answers))
        assert not is_alive(pid)


async def test_a_stop_of_the_whole_group_leaves_workers_to_their_parent() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        [pid] = pool.worker_pids
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, stop)
        assert is_page(await pool.parse(page(1)), 1)
        assert pool.worker_pids == [pid]


async def test_bodies_in_hand_are_bounded() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS, max_bytes=1000) as pool:
        [pid] = pool.worker_pids
        os.kill(pid, signal.SIGSTOP)
        waiting = [asyncio.create_task(pool.parse(raw(b"x" * 400, number))) for number in range(10)]
        waiting.append(asyncio.create_task(pool.parse(raw(b"y" * 5000))))
        await asyncio.sleep(0)
        assert pool.held_bytes == 800
        os.kill(pid, signal.SIGCONT)
        assert {parsed.reason for parsed in await asyncio.gather(*waiting)} == {"ok"}
        assert pool.held_bytes == 0


async def test_a_cancelled_page_frees_its_place() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS, max_bytes=1000) as pool:
        [pid] = pool.worker_pids
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(pool.parse(raw(b"x" * 900)))
        await asyncio.sleep(0)
        waiting.cancel()
        assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], asyncio.CancelledError)
        assert pool.held_bytes == 0
        os.kill(pid, signal.SIGCONT)
        assert is_page(await pool.parse(page(1)), 1)


async def test_the_pages_of_a_host_go_to_one_worker() -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS, workers=2) as pool:
        stopped = pool.worker_pids[0]
        os.kill(stopped, signal.SIGSTOP)
        tasks = {asyncio.create_task(pool.parse(page(1, f"h{n}.test")), name=f"h{n}.test") for n in range(40)}
        done: set[asyncio.Task[Parsed]] = set()
        while len(done) < 10:
            done, _ = await asyncio.wait(tasks - done, return_when=asyncio.FIRST_COMPLETED)
            done = {task for task in tasks if task.done()}
        again = await asyncio.gather(
            *(pool.parse(page(n, task.get_name())) for task in done for n in range(2))
        )
        assert len(again) == 2 * len(done)
        assert len(done) < 40
        os.kill(stopped, signal.SIGCONT)
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("host", ["a.test", "b.test", "c.test", "d.test"])
async def test_a_worker_far_behind_is_helped_by_another(host: str) -> None:
    async with asyncio.timeout(60), ParsePool(SETTINGS, workers=2) as pool:
        os.kill(pool.worker_pids[0], signal.SIGSTOP)
        tasks = [asyncio.create_task(pool.parse(page(n, host))) for n in range(200)]
        while sum(task.done() for task in tasks) < 50:
            await asyncio.wait(
                [task for task in tasks if not task.done()], return_when=asyncio.FIRST_COMPLETED
            )
        os.kill(pool.worker_pids[0], signal.SIGCONT)
        await asyncio.gather(*tasks)


async def test_closing_leaves_no_process_and_no_descriptor() -> None:
    before = open_files()
    async with asyncio.timeout(60), ParsePool(SETTINGS, workers=2) as pool:
        pids = pool.worker_pids
        os.kill(pids[0], signal.SIGKILL)
        waiting = asyncio.create_task(pool.parse(raw(QUADRATIC)))
        await asyncio.sleep(0)
    assert not any(map(is_alive, pids))
    assert open_files() == before
    assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], asyncio.CancelledError)


async def test_an_error_beside_the_pool_passes_as_it_is() -> None:
    pids: list[int] = []

    async def fail() -> None:
        async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
            pids.extend(pool.worker_pids)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert pids
    assert not any(map(is_alive, pids))


async def test_workers_that_cannot_start_are_an_error_of_the_pool(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    before = open_files()
    with pytest.raises(WorkerNotStarted):
        await ParsePool(SETTINGS, workers=2).__aenter__()
    assert open_files() == before
    assert "/nowhere" in capfd.readouterr().err


def test_workers_die_with_their_parent() -> None:
    script = (
        "import asyncio\n"
        "from scraper.parse_pool import ParsePool, ParseSettings\n"
        "async def main():\n"
        "    async with ParsePool(ParseSettings('Tandem/1.0'), 2) as pool:\n"
        "        print(*pool.worker_pids, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        ends = [os.pidfd_open(pid) for pid in pids]
        os.kill(pids[0], signal.SIGSTOP)  # one that cannot notice the end of the socket
        parent.kill()
    try:
        assert len(ends) == 2
        for end in ends:
            assert select.select([end], [], [], 10) == ([end], [], [])
    finally:
        for end in ends:
            os.close(end)


async def test_a_worker_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_BROKER_PASSWORD", "canary-4711")
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        [pid] = pool.worker_pids
        environment = await asyncio.to_thread(Path(f"/proc/{pid}/environ").read_bytes)
    assert b"PATH=" in environment
    assert b"canary-4711" not in environment


async def test_a_folder_where_the_user_stands_is_not_taken_for_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("storage.py", "scraper.py", "msgpack.py"):
        (tmp_path / name).write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    async with asyncio.timeout(60), ParsePool(SETTINGS) as pool:
        assert is_page(await pool.parse(page(1)), 1)
