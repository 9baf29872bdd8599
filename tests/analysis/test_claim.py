"""What stands behind a claim, computed."""

import pytest
from pydantic import ValidationError

from analysis.cite import claim_of, confidence
from analysis.claim import Confidence, Level
from tests.analysis.sample import quote


@pytest.mark.parametrize(
    ("places", "agreement", "computed"),
    [
        ([("a.test", 1)], 1.0, (1, 1, Level.LOW)),
        ([("a.test", 1), ("b.test", 1), ("c.test", 1)], 1.0, (1, 1, Level.LOW)),  # three copies of one page
        ([("a.test", 1), ("a.test", 2)], 1.0, (2, 1, Level.MEDIUM)),
        ([("www.a.co.uk", 1), ("shop.a.co.uk", 2), ("a.co.uk", 3)], 1.0, (3, 1, Level.MEDIUM)),
        ([("a.test", 1), ("b.test", 2), ("b.test", 3)], 1.0, (3, 2, Level.HIGH)),
        ([("a.test", 1), ("b.test", 2), ("b.test", 3)], 0.5, (3, 2, Level.MEDIUM)),
        ([("a.test", 1), ("b.test", 2), ("b.test", 3)], 0.4, (3, 2, Level.LOW)),
    ],
)
def test_copies_are_one_witness_and_disagreement_counts(
    places: list[tuple[str, int]], agreement: float, computed: tuple[int, int, Level]
) -> None:
    quotes = [
        quote(url=f"http://{host}/").model_copy(update={"cluster": f"{cluster:02x}"})
        for host, cluster in places
    ]
    found = confidence(quotes, agreement)
    assert (found.clusters, found.domains, found.level) == computed
    assert claim_of("Some words.", quotes, agreement=agreement).confidence == found


@pytest.mark.parametrize(
    "values", [{"clusters": 1, "level": "high"}, {"clusters": 3, "domains": 4}, {"agreement": 1.1}]
)
def test_a_confidence_cannot_be_claimed(values: dict[str, object]) -> None:
    honest: dict[str, object] = {"clusters": 3, "domains": 2, "agreement": 1.0, "level": "high"}
    assert Confidence.model_validate(honest).level == Level.HIGH
    with pytest.raises(ValidationError):
        Confidence.model_validate(honest | values)
