"""A form of a page, filled in the way a browser does it: hidden fields and tokens go along."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from scraper.document import Document

Node = Any  # of the tree that `scraper.document` hands out
_BUTTONS: Final = frozenset({"submit", "image"})
_NEVER_SENT: Final = frozenset({"button", "reset", "file"})
_TICKED: Final = frozenset({"checkbox", "radio"})
_MULTIPART: Final = "multipart/form-data"
_URLENCODED: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Submission:
    """What sending a form comes to."""

    method: str
    url: str = field(repr=False)  # of a GET form, it holds what was filled in
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form with everything that it would send by itself."""

    url: str
    method: str
    is_multipart: bool
    controls: tuple[tuple[str, str], ...] = field(repr=False)
    buttons: tuple[tuple[str, str], ...] = ()

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """The names that no field of the form has."""
        known = {name for name, _ in self.controls}
        return tuple(name for name in names if name not in known)

    def filled(self, fields: Mapping[str, str], submit: str, charset: str) -> Submission:
        """The form with these fields, sent by the button of this name or by its first."""
        pairs = [(name, fields.get(name, value)) for name, value in self.controls]
        pairs += [(name, value) for name, value in fields.items() if name in self.missing(tuple(fields))]
        pairs += self._pressed(submit, fields)
        if self.method == "GET":
            url = self.url.partition("#")[0].partition("?")[0]
            return Submission("GET", f"{url}?{_encoded(pairs, charset)}")
        if self.is_multipart:
            boundary = f"----tandem{secrets.token_hex(16)}"
            body = _in_parts(pairs, boundary, charset)
            return Submission("POST", self.url, body, f"{_MULTIPART}; boundary={boundary}")
        return Submission("POST", self.url, _encoded(pairs, charset).encode(), _URLENCODED)

    def _pressed(self, submit: str, fields: Mapping[str, str]) -> list[tuple[str, str]]:
        wanted = [button for button in self.buttons if button[0] == submit] if submit else self.buttons[:1]
        return [(name, value) for name, value in wanted[:1] if name and name not in fields]


def find_form(page: Document, url: str, names: Sequence[str], css: str = "") -> Form | None:
    """The form that a selector finds, else the first one with most of the named fields."""
    if css:
        node = page.tree.css_first(css)
        while node is not None and node.tag != "form":
            node = node.parent
        return None if node is None else _form(page, node, url)
    forms = [_form(page, node, url) for node in page.tree.css("form")]
    fitting = [(len(form.missing(names)), place) for place, form in enumerate(forms)]
    fewest, place = min(fitting, default=(len(names), 0))
    return forms[place] if fewest < len(names) else None


def _form(page: Document, node: Node, url: str) -> Form:
    attributes = node.attributes
    base = urljoin(url, page.base) if page.base else url
    action = (attributes.get("action") or "").strip()
    method = (attributes.get("method") or "get").strip().upper()
    is_multipart = (attributes.get("enctype") or "").strip().lower() == _MULTIPART
    controls, buttons = [], []
    for control in _controls(page, node):
        kind = (control.attributes.get("type") or "").strip().lower()
        if control.tag == "button" or kind in _BUTTONS:
            if kind in _BUTTONS | {""}:
                named = control.attributes.get("name") or "", control.attributes.get("value") or ""
                buttons.append(named)
        elif (pair := _sent(control, kind)) is not None:
            controls.append(pair)
    target = urljoin(base, action) if action else url
    return Form(target, "POST" if method == "POST" else "GET", is_multipart, tuple(controls), tuple(buttons))


def _controls(page: Document, form: Node) -> Iterator[Node]:
    kinds = "input,select,textarea,button"
    yield from form.css(kinds)
    if identity := form.attributes.get("id"):
        for node in page.tree.css("[form]"):
            if node.attributes.get("form") == identity and node.tag in kinds.split(","):
                yield node


def _sent(control: Node, kind: str) -> tuple[str, str] | None:
    """Name and value of what the control sends by itself, or None."""
    attributes = control.attributes
    name = attributes.get("name") or ""
    if not name or "disabled" in attributes or kind in _NEVER_SENT:
        return None
    if control.tag == "select":
        return name, _selected(control)
    if control.tag == "textarea":
        return name, control.text_lexbor()
    if kind in _TICKED:
        return (name, attributes.get("value") or "on") if "checked" in attributes else None
    return name, attributes.get("value") or ""


def _selected(control: Node) -> str:
    options = control.css("option")
    chosen = [option for option in options if "selected" in option.attributes] or options
    if not chosen:
        return ""
    value = chosen[0].attributes.get("value")
    return value if value is not None else " ".join(chosen[0].text_lexbor().split())


def _encoded(pairs: Sequence[tuple[str, str]], charset: str) -> str:
    return urlencode(pairs, encoding=charset, errors="xmlcharrefreplace")


def _in_parts(pairs: Sequence[tuple[str, str]], boundary: str, charset: str) -> bytes:
    parts = []
    for name, value in pairs:
        written = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{written}"\r\n\r\n'
        parts.append((head + value + "\r\n").encode(charset, "xmlcharrefreplace"))
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])
