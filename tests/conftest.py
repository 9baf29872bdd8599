"""What marked tests need: without it they are skipped, and with CI=true a skip is a failure."""

import os
import shutil
from collections.abc import Generator

import pytest

# Any one of the commands will do.
NEEDS = {
    "broker": ("mosquitto",),
    "browser": ("chromium-headless-shell", "chromium", "google-chrome"),
    "strace": ("strace",),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers():
        commands = NEEDS.get(mark.name, ())
        if commands and not any(map(shutil.which, commands)):
            pytest.skip(f"needs {' or '.join(commands)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # No one is asked to have a model server, and an expected failure is not a skip.
    wanted = item.get_closest_marker("model") is None and not hasattr(report, "wasxfail")
    if report.skipped and wanted and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped although CI=true: {report.longrepr}"
    return report
