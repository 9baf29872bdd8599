"""Main text by trafilatura as it comes: JSON lines in, JSON lines out."""

import json
import sys

from trafilatura import extract

for line in sys.stdin:
    page = json.loads(line)
    print(json.dumps({"id": page["id"], "text": extract(page["html"], url=page["url"]) or ""}), flush=True)
