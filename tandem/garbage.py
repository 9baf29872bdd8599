"""Looks for cycles seldom, from the moment this is imported: a command makes many objects and few cycles.

Looking as often as Python does by itself takes a tenth of a start, and a fifth of a crawl.
"""

import gc

gc.set_threshold(100_000, 20, 50)
