"""Imported first by processes that do nothing but write files: Arrow alone, and no search for cycles.

Arrow takes numpy along where it is installed, which doubles what such a process takes to start.
"""

import gc
import sys

sys.modules["numpy"] = None  # type: ignore[assignment]  # an import of it fails, as where there is none
gc.disable()
