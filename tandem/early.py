"""What the command sets before anything large is imported: together a fifth of every start.

Cycles are looked for seldom, since a command makes many objects and few cycles. Pydantic does not search all
installed packages for plugins that would watch its models.
"""

import gc
import os

gc.set_threshold(100_000, 20, 50)
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
