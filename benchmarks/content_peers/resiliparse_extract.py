"""Main text by resiliparse with its filter for main content: JSON lines in, JSON lines out."""

import json
import sys

from resiliparse.extract.html2text import extract_plain_text

for line in sys.stdin:
    page = json.loads(line)
    text = extract_plain_text(page["html"], main_content=True)
    print(json.dumps({"id": page["id"], "text": text}), flush=True)
