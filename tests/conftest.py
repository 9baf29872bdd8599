"""What marked tests need: without it they are skipped, and with CI=true a skip is a failure."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from scraper.render.sandbox import try_sandbox
from tests import browser

# Any one of the commands will do.
NEEDS = {
    "broker": ("mosquitto",),
    "browser": browser.BROWSERS,
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


@pytest.fixture(scope="session")
def sandboxed_browser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Chromium whose sandbox works for whoever runs the tests, root included; see `tests.browser`."""
    command = browser.command(tmp_path_factory.mktemp("browser"))
    if command is None:
        pytest.skip(f"needs {' or '.join(browser.BROWSERS)}")
    sandbox = try_sandbox(str(command))
    if not sandbox.works:
        pytest.skip(f"Chromium's sandbox does not work here, {sandbox.missing}; to mend it: {sandbox.remedy}")
    return command
