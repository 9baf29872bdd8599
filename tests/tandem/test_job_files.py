"""The section `files` of a job."""

from typing import Any

import pytest
from pydantic import ValidationError

from tandem.file_parts import elements, wished
from tandem.job_files import Files


def read(**written: Any) -> Files:
    return Files.model_validate(written)


def test_nothing_is_asked_for_by_default() -> None:
    assert wished(Files()) is None
    assert elements(Files()) == ()


def test_one_type_may_stand_alone_and_groups_are_many() -> None:
    wishes = wished(read(types="image", max_file_bytes="5MB"))
    assert wishes is not None
    assert wishes.max_file_bytes == 5_000_000
    assert [wishes.wants(one) for one in ("image/png", "image/svg+xml", "video/mp4")] == [True, True, False]
    office = wished(read(types=["office", "audio/*"]))
    assert office is not None
    assert office.wants("application/vnd.oasis.opendocument.text")
    assert office.wants("audio/flac")
    assert elements(read(types=["office", "audio/*"])) == ("audio", "source", "embed")


def test_patterns_alone_ask_for_any_type() -> None:
    wishes = wished(read(match="/downloads/*"))
    assert wishes is not None
    assert wishes.wants("application/octet-stream")
    assert [one.text for one in wishes.match] == ["/downloads/*"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"types": "pdfs"}, "'pdfs' is no type of file, pdf may be meant"),
        ({"types": ["image", "x y"]}, "is no type of file"),
        ({"types": "image/"}, "is no type of file"),
        ({"match": "re:.*"}, "looks like a regular expression"),
        ({"max_files": 0}, "greater than or equal to 1"),
        ({"max_bytes": 3}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_meant_is_refused(written: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        read(**written)
