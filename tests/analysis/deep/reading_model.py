"""A model that reads the prompts of a report and answers honestly, or with the faults it is told to have."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tandem.inference.canary import FIELD, WORDS

Note = dict[str, Any]
Twist = Callable[[Note], Note]

_DOCUMENT = re.compile(r"^\[(\d+)\] ?(.*)$", re.MULTILINE)
_FACT = re.compile(
    r"^(?P<entity>[A-Z]\w+(?: [A-Z]\w+)*) (?:has|is) (?:an? )?(?P<value>[\d.,]+ [a-z]+) ?(?P<attribute>\w*)"
)
CHECK = re.compile(r"The check word is (\w+)\.")


@dataclass
class ReadingModel:
    """Answers what the prompts of a report ask; `twists` spoil notes in turn, None leaves one as it is."""

    twists: tuple[Twist | None, ...] = (None,)
    finding: Callable[[str, int], dict[str, Any]] = lambda text, number: {"notes": [number], "text": text}
    mends: bool = False
    most_notes: int = 8
    asked: list[str] = field(default_factory=list)
    _turn: int = 0

    def __call__(self, request: Mapping[str, Any]) -> str:
        """The answer to one request of Ollama's protocol."""
        head, body = (turn["content"] for turn in request["messages"])
        answer = self._answer(head, body, request.get("format"))
        found = CHECK.search(request.get("read", head))
        if request.get("format") and FIELD in request["format"].get("properties", {}):
            answer[FIELD] = found[1] if found else next(word for word in WORDS if word not in head[:40])
        return json.dumps(answer)

    def _answer(self, head: str, body: str, schema: Any) -> dict[str, Any]:
        if not schema or "properties" not in schema:
            return {}
        for kind, give in (("notes", self._notes), ("findings", self._findings), ("sentences", self._mended)):
            if kind in schema["properties"]:
                self.asked.append(kind)
                return {kind: give(documents(body), schema["properties"][kind]["maxItems"])}
        return {}

    def _notes(self, found: list[tuple[int, str]], most: int) -> list[Note]:
        notes = []
        for number, text in found:
            lines = [line for line in text.split("\n")[1:] if line.endswith(".")]
            for line in lines[:1]:
                note = {
                    "page": number,
                    "quote": line,
                    "text": line,
                    "score": 50,
                    "entity": "",
                    "attribute": "",
                    "value": "",
                }
                if fact := _FACT.match(line):
                    note |= {name: value or "size" for name, value in fact.groupdict().items()}
                twist = self.twists[self._turn % len(self.twists)]
                self._turn += 1
                notes.append(twist(note) if twist else note)
        return notes[: min(most, self.most_notes)]

    def _findings(self, found: list[tuple[int, str]], most: int) -> list[Note]:
        return [self.finding(text.split(' ("')[0], number) for number, text in found][:most]

    def _mended(self, found: list[tuple[int, str]], most: int) -> list[Note]:
        said = [(number, re.search(r'the page says: "(.*)"', text)) for number, text in found]
        return [{"number": number, "text": one[1]} for number, one in said if one and self.mends][:most]


def documents(body: str) -> list[tuple[int, str]]:
    """Number and text of what stands between the two equal marks."""
    mark = body.split("\n", 1)[0]
    data = body.split(mark)[1]
    starts = list(_DOCUMENT.finditer(data))
    ends = [one.start() for one in starts[1:]] + [len(data)]
    return [
        (int(one[1]), data[one.start() + len(one[1]) + 3 : end].rstrip("\n"))
        for one, end in zip(starts, ends, strict=True)
    ]
