"""Draws which blocks of a page were kept: one HTML file that needs nothing else."""

from collections.abc import Sequence
from html import escape

from scraper.content.content import Content
from scraper.content.decision import Decision

LONGEST = 2_000  # characters of one block that are shown

_STYLE = """
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
.b{border-left:.4rem solid;margin:.2rem 0;padding:.15rem .6rem;overflow-wrap:anywhere;white-space:pre-wrap}
.k{border-color:#1a7f37;background:#1a7f3722}.d{border-color:#b3261e;background:#b3261e18}
.b small{float:right;margin-left:1rem;opacity:.75;font:12px ui-monospace,monospace}
"""


def picture(url: str, content: Content, decisions: Sequence[Decision], more: str = "") -> str:
    """The page as its blocks in reading order: green ones were kept, red ones dropped and why.

    `more` is HTML that stands before the blocks.
    """
    rows = "\n".join(map(_row, decisions))
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
        for name, value in _facts(url, content, decisions)
        if value
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(content.title or url)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(content.title or url)}</h1><dl>{facts}</dl>\n{more}{rows}\n</html>\n"
    )


def _facts(url: str, content: Content, decisions: Sequence[Decision]) -> list[tuple[str, str]]:
    kept = sum(decision.is_kept for decision in decisions)
    page_type = f"{content.page_type} ({content.type_chance:.0%})" if content.page_type else ""
    return [
        ("page", url),
        ("read", content.reason),
        ("type", page_type),
        ("author", content.author),
        ("published", content.published),
        ("language", content.language),
        ("expected F1", f"{content.confidence:.2f}"),
        ("blocks", f"{kept} kept, {len(decisions) - kept} dropped"),
        ("dropped", ", ".join(f"{one.kind} {one.blocks} ({one.words} words)" for one in content.removed)),
    ]


def _row(decision: Decision) -> str:
    note = f"{decision.chance:.2f} {decision.place}" + (f" · {decision.kind}" if decision.kind else "")
    kind = "k" if decision.is_kept else "d"
    text = decision.text if len(decision.text) <= LONGEST else decision.text[:LONGEST] + " …"
    return f'<div class="b {kind}"><small>{escape(note)}</small>{escape(text)}</div>'
