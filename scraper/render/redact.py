"""Takes what steps have filled in from secrets out of what a page became."""

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote, quote_plus

from scraper.render.words import Action, Rendered

REDACTED = "redacted"
_LEAST_CHARACTERS = 4  # fewer would be found everywhere, and are no secret


def without_secrets(rendered: Rendered, actions: Sequence[Action]) -> Rendered:
    """The same, and no secret of the steps in it, however the page has written it down."""
    spellings = _spellings(secrets_of(actions))
    if not spellings:
        return rendered
    return replace(
        rendered,
        html=_redacted(rendered.html, spellings),
        url=_redacted(rendered.url, spellings),
        leads_to=_redacted(rendered.leads_to, spellings),
        detail=_redacted(rendered.detail, spellings),
        captured=tuple(
            one._replace(url=_redacted(one.url, spellings), body=_redacted_bytes(one.body, spellings))
            for one in rendered.captured
        ),
    )


def secrets_of(actions: Iterable[Action]) -> set[str]:
    """The secrets that steps fill in."""
    steps = (step for action in actions for step in (action, *action.steps))
    return {step.text for step in steps if step.is_secret and len(step.text) >= _LEAST_CHARACTERS}


def _spellings(secrets: Iterable[str]) -> list[str]:
    """As it stands, in HTML, in an address, in a form, in JSON; the longest first."""
    found: set[str] = set()
    for secret in secrets:
        found |= {secret, html.escape(secret), html.escape(secret, quote=False)}
        found |= {quote(secret), quote(secret, safe=""), quote_plus(secret)}
        found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
        found |= {secret.replace("&", "&amp;").replace('"', "&quot;")}  # as browsers write attributes
    return sorted(found, key=len, reverse=True)


def _redacted(text: str, spellings: Iterable[str]) -> str:
    for spelling in spellings:
        text = text.replace(spelling, REDACTED)
    return text


def _redacted_bytes(body: bytes, spellings: Iterable[str]) -> bytes:
    for spelling in spellings:
        body = body.replace(spelling.encode(), REDACTED.encode())
    return body
