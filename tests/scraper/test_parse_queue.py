import asyncio

from scraper.pages import Parsed, Raw
from scraper.parse_queue import CHUNK_BYTES, CHUNK_PAGES, Job, ParseQueue


def queue_of(*jobs: Job) -> ParseQueue:
    queue = ParseQueue()
    for job in jobs:
        queue.append(job)
    return queue


def job(number: int, size: int = 1, is_alone: bool = False) -> Job:
    answer: asyncio.Future[Parsed] = asyncio.get_running_loop().create_future()
    return Job(Raw(str(number), b"x" * size, "", "", ""), answer, is_alone)


def urls(chunk: list[Job]) -> list[str]:
    return [job.raw.url for job in chunk]


async def test_a_chunk_holds_so_many_pages() -> None:
    queue = queue_of(*(job(number) for number in range(CHUNK_PAGES + 3)))
    assert [len(queue.take()) for _ in range(3)] == [CHUNK_PAGES, 3, 0]


async def test_a_chunk_holds_so_many_bytes_but_at_least_one_page() -> None:
    half = CHUNK_BYTES // 2
    queue = queue_of(job(0, half), job(1, half), job(2), job(3, 9 * CHUNK_BYTES), job(4))
    assert [urls(queue.take()) for _ in range(4)] == [["0", "1"], ["2"], ["3"], ["4"]]


async def test_a_page_under_suspicion_goes_alone() -> None:
    queue = queue_of(job(0), job(1, is_alone=True), job(2, is_alone=True), job(3), job(4))
    assert [urls(queue.take()) for _ in range(4)] == [["0"], ["1"], ["2"], ["3", "4"]]


async def test_what_is_put_back_comes_first_in_its_order() -> None:
    queue = queue_of(*(job(number) for number in range(40)))
    chunks = [queue.take(), queue.take()]
    queue.put_back(chunks)
    assert len(queue) == 40
    assert [url for _ in range(3) for url in urls(queue.take())] == [str(number) for number in range(40)]


async def test_pages_that_nobody_waits_for_are_left_out() -> None:
    jobs = [job(number) for number in range(4)]
    jobs[1].answer.cancel()
    jobs[3].answer.cancel()
    queue = queue_of(*jobs)
    assert urls(queue.take()) == ["0", "2"]
    assert queue.take() == []


async def test_an_answer_for_nobody_is_dropped() -> None:
    late = job(0)
    late.answer.cancel()
    late.settle(Parsed())
    assert late.answer.cancelled()
