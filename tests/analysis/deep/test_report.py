"""Reports written by scripted models."""

from typing import Any

from tests.analysis.deep.desk import OpenDesk, page
from tests.analysis.deep.reading_model import ReadingModel

FILLER = "The road there winds through quiet hills and nobody minds the {} bends of number {}.\n"
NAMES = ("Heron", "Otter", "Badger", "Falcon", "Marten", "Beaver", "Curlew", "Plover")


def lodges(count: int = 8, lines: int = 6) -> list[Any]:
    """Pages about lodges with one fact each."""
    found = []
    for number in range(count):
        name = f"{NAMES[number % len(NAMES)]} Lodge" + (f" {chr(65 + number // 8)}x" if number >= 8 else "")
        text = f"{name} has {number + 11} rooms.\n" + "".join(
            FILLER.format(f"{word}ly{number}", number * 31 + word) for word in range(lines)
        )
        found.append(page(f"http://site{number % 3}.test/{number}", text, name))
    return found


async def test_claims_are_verified_and_cite_their_pages(desk: OpenDesk) -> None:
    report = await (await desk(deep=ReadingModel())).written(
        lodges(), "How many rooms does Otter Lodge have?"
    )
    answer, findings = report.sections
    assert (answer.writer, findings.writer, report.summary.writer) == ("deep", "deep", "deep")
    assert "Otter Lodge has 12 rooms." in [claim.text for claim in answer.claims]
    assert {claim.status for _, claim in report.claims()} == {"verified"}
    assert report.coverage.read == 8
    assert report.methods.models[0].calls > 0
