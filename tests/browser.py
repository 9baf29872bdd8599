"""A real Chromium for tests, its sandbox on: where tests run as root, the browser alone runs as nobody.

Chromium's sandbox refuses to work for root. `command` gives an executable wherever Tandem wants
one (`browser.executable`, TANDEM_BROWSER, Playwright's `executable_path`): Python and Playwright stay who
they are, so that neither a checkout nor a virtual environment has to be readable by anyone else. It hands the
profile (`--user-data-dir`) over to nobody: the folders above it have to be passable by everyone, as /tmp is
and pytest's temporary folders are not.
"""

import os
import shutil
from pathlib import Path

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
_AS_NOBODY = """#!/bin/sh
# Starts Chromium as nobody, who owns its profile.
set -eu
for word in "$@"; do
    case $word in
    --user-data-dir=*)
        HOME=${word#*=}
        export HOME
        chown -R 65534:65534 "$HOME"
        ;;
    esac
done
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs %s "$@"
"""


def find() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def command(folder: Path) -> Path | None:
    """An executable, written into the folder, that starts Chromium as no one special; None without one."""
    found = find()
    if found is None or os.geteuid() != 0:
        return Path(found) if found else None
    wrapper = folder / "chromium-as-nobody"
    wrapper.write_text(_AS_NOBODY % found)
    wrapper.chmod(0o755)
    return wrapper
