"""Reports on disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.report import Plan, RunFacts, build_report
from analysis.schema import Report
from analysis.write import NotAReport, read_report, write_report

FACTS = RunFacts(
    "huts", "huts-1", 1, 1_790_000_000.0, None, "stopped", [("fetched", "ok", 1)], [("a.test", 1)], 0
)


def nothing(url: str, digest: str, engine: str) -> None:
    """No text is kept."""


@pytest.fixture
def report() -> Report:
    return build_report(FACTS, [], nothing, Plan(["Why?"]))


def test_all_formats_are_written_and_json_reads_back_alike(report: Report, tmp_path: Path) -> None:
    written = write_report(report, tmp_path / "reports" / "huts-1")
    assert [path.name for path in written] == ["report.md", "report.html", "report.json"]
    assert read_report(written[2]) == report


def test_a_second_report_replaces_the_first_and_leaves_nothing_else(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path, ["json"])
    later = build_report(replace(FACTS, ending="complete"), [], nothing, Plan())
    write_report(later, tmp_path, ["json"])
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert read_report(tmp_path / "report.json").ending == "complete"


def test_an_unknown_format_writes_nothing(report: Report, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_report(report, tmp_path / "new", ["json", "docx"])
    assert not (tmp_path / "new").exists()


def test_a_failed_write_leaves_the_old_report(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path, ["json"])
    before = (tmp_path / "report.json").read_bytes()
    (tmp_path / "report.md").mkdir()
    with pytest.raises(IsADirectoryError):
        write_report(report, tmp_path, ["md", "json"])
    assert (tmp_path / "report.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "report.md"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "is no report"),
        ('{"schema_version": 1, "job": "huts"}', "is a report of version 1, and version 2 is read here"),
        ('{"schema_version": 2, "job": "huts"}', "was changed or is damaged: run: Field required"),
        ("[" * 100_000, "is not JSON"),
        ('{"schema_version": 2, "job": "\\ud800"}', "holds halves of characters"),
    ],
)
def test_what_is_no_report_of_today_is_refused_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(NotAReport) as refused:
        read_report(path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
