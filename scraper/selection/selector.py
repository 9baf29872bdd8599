"""A selector: how to come from a page, or from one record in it, to a text; one line that people can edit.

    css [itemprop="price"] -> @content
    css div.summary > p.price -> text
    label "UPC" of th in table.details -> next -> text
    label "Author" of b -> rest -> text
    here -> @href

Steps stand between arrows. The first finds elements: by CSS, by the label beside them, or the record itself.
After a label follows where it leads: `next` (the element after it), `parent next` and `parent parent next`
(after what it stands in), `below` (the cell below it), `rest` (the text after it), `here` (what holds it);
then perhaps `css …` for an element inside of that. The end is `text` or an attribute, of which `after "…"`
and `before "…"` cut off what does not belong.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scraper.document import is_css

ARROW = " -> "
LONGEST = 1000  # characters of one line


class Axis(StrEnum):
    """Where a label leads."""

    NEXT = "next"
    PARENT_NEXT = "parent next"
    GRANDPARENT_NEXT = "parent parent next"
    BELOW = "below"
    REST = "rest"
    HERE = "here"


class BadSelector(ValueError):
    """A line that is no selector; the message is a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Without `label` and `css`: the record itself."""

    css: str = ""  # with a label: inside of what it leads to
    label: str = ""
    of: str = ""  # CSS of the element that holds the label; empty: any
    within: str = ""  # CSS of what the label is looked for in; empty: anywhere
    axis: Axis = Axis.NEXT  # with a label only
    attribute: str = ""  # empty: the text
    after: str = ""
    before: str = ""

    def __str__(self) -> str:
        return ARROW.join(_steps(self))


def _steps(selector: Selector) -> list[str]:
    steps = []
    if selector.label:
        of = f" of {selector.of}" if selector.of else ""
        within = f" in {selector.within}" if selector.within else ""
        steps += [f"label {_quoted(selector.label)}{of}{within}", str(selector.axis)]
    if selector.css:
        steps.append(f"css {selector.css}")
    steps = steps or ["here"]
    steps.append(f"@{selector.attribute}" if selector.attribute else "text")
    steps += [f"after {_quoted(selector.after)}"] if selector.after else []
    steps += [f"before {_quoted(selector.before)}"] if selector.before else []
    return steps


@lru_cache(maxsize=20_000)
def parsed(line: str) -> Selector:
    """The selector that a line says; a line that says none raises BadSelector."""
    if len(line) > LONGEST:
        raise BadSelector(f"a selector has at most {LONGEST} characters, this one has {len(line)}")
    steps = [step.strip() for step in _split(line.strip(), "->")]
    found: dict[str, str] = {}
    rest = _read_find(steps, found)
    rest = _read_end(rest, found)
    for step in rest:
        word, _, text = step.partition(" ")
        if word not in {"after", "before"} or word in found:
            raise BadSelector(f'{step!r}: only one after "…" and one before "…" may follow the end')
        found[word] = _unquoted(text.strip(), step)
    axis = Axis(found.pop("axis", Axis.NEXT))
    return Selector(axis=axis, **found)


def _read_find(steps: list[str], found: dict[str, str]) -> list[str]:
    first, *rest = steps
    word, _, text = first.partition(" ")
    if first == "here":
        return rest
    if word == "css":
        found["css"] = _css(text, first)
        return rest
    if word != "label":
        raise BadSelector(f'{first!r}: a selector begins with css …, label "…" or here')
    _read_label(text, first, found)
    if not rest or rest[0] not in set(Axis):
        named = ", ".join(Axis)
        raise BadSelector(f"{first!r}: after a label stands where it leads: {named}")
    found["axis"], *rest = rest
    if rest and rest[0].startswith("css "):
        found["css"] = _css(rest[0][4:], rest[0])
        rest = rest[1:]
    return rest


def _read_label(text: str, step: str, found: dict[str, str]) -> None:
    end = _end_of_quote(text, step)
    found["label"] = _unquoted(text[:end], step)
    if not found["label"].strip():
        raise BadSelector(f"{step!r}: the label is empty")
    pieces = _split(text[end:], " in ")
    if len(pieces) > 2:
        raise BadSelector(f"{step!r}: `in` stands twice")
    holder = pieces[0].strip()
    if len(pieces) == 2:
        found["within"] = _css(pieces[1], step)
    if holder:
        word, _, css = holder.partition(" ")
        if word != "of":
            raise BadSelector(f"{step!r}: after the label stand `of CSS` and `in CSS`, or nothing")
        found["of"] = _css(css, step)


def _read_end(steps: list[str], found: dict[str, str]) -> list[str]:
    if not steps or (steps[0] != "text" and not steps[0].startswith("@")):
        what = repr(steps[0]) if steps else "nothing"
        raise BadSelector(f"{what} stands where `text` or @attribute is expected")
    end, *rest = steps
    if end.startswith("@"):
        name = end[1:].strip()
        if not name or not name.replace("-", "").replace("_", "").replace(":", "").replace(".", "").isalnum():
            raise BadSelector(f"{end!r} names no attribute")
        found["attribute"] = name.lower()
    return rest


def _css(text: str, step: str) -> str:
    text = text.strip()
    if not is_css(text):
        raise BadSelector(f"{step!r}: {text!r} is no CSS selector")
    return text


def _split(text: str, mark: str) -> list[str]:
    """Splits where `mark` stands outside of quotes and brackets."""
    pieces, start, at, depth, quote = [], 0, 0, 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif depth == 0 and text.startswith(mark, at):
            pieces.append(text[start:at])
            start = at + len(mark)
            at = start - 1
        at += 1
    return [*pieces, text[start:]]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _end_of_quote(text: str, step: str) -> int:
    at = 1
    while text[:1] == '"' and at < len(text):
        if text[at] == '"':
            return at + 1
        at += 2 if text[at] == "\\" else 1
    raise BadSelector(f"{step!r}: a text in double quotes is expected")


def _unquoted(text: str, step: str) -> str:
    if _end_of_quote(text, step) != len(text):
        raise BadSelector(f"{step!r}: something stands behind the closing quote")
    pieces, at, inner = [], 0, text[1:-1]
    while at < len(inner):
        at += inner[at] == "\\"
        pieces.append(inner[at : at + 1])
        at += 1
    return "".join(pieces)
