"""How far a report is, as others are told."""

from tandem.analysis_progress import AnalysisProgress
from tandem.progress.announcer import Announcer
from tandem.progress.events import RunState
from tandem.progress.figures import AnalysisStats
from tandem.progress.memory import MemoryBus
from tandem.progress_lines import analysis_line


async def test_waiting_for_a_model_is_a_state_and_figures_end_with_the_last() -> None:
    bus, kept = MemoryBus(), list[str]()
    messages = bus.subscribe("#")
    announcer = Announcer("books-1-ab", "books", 1)
    announcer.connect(bus)
    progress = AnalysisProgress(announcer)
    async with progress.told(kept.append):
        progress.course.begin("Findings", "deep")
        progress.course.expects(3)
        progress.course.waits_for("the deep model: warming (loading)")
        progress.course.waits_for("")
        progress.course.ended(has_failed=False)
    bus.close()
    events = [message.data async for message in messages]
    states = [(one.state, one.reason) for one in events if isinstance(one, RunState)]
    assert states == [
        ("analysing", "waiting for the deep model: warming (loading)"),
        ("analysing", ""),
    ]
    last = [one for one in events if isinstance(one, AnalysisStats)][-1]
    assert (last.section, last.batches, last.batches_done) == ("Findings", 3, 1)
    assert kept[-1] == ""
    assert kept[-2] == analysis_line(last)


def test_a_line_says_everything_that_matters() -> None:
    stats = AnalysisStats(
        run="a",
        section="Findings",
        writer="deep",
        batches=7,
        batches_done=2,
        batches_failed=1,
        calls=3,
        tokens_in=12_000,
        tokens_out=900,
        tokens_per_second=12.5,
        eta_seconds=90,
        waiting="the deep model: it is being loaded",
        warning="half of it lies on the processor",
    )
    assert analysis_line(stats) == (
        "Findings (deep), 2 of 7 batches, 3 calls, 0 known before, 12,000 tokens read, 900 written,"
        " 1 batches failed, 12.5 tokens/s, about 1 min 30 s left, waiting for the deep model: it is being"
        " loaded, half of it lies on the processor"
    )
