"""A model that reads and lies: one note in two is honest, every other one is spoilt in one of eight ways."""

import json
import re
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from tandem.inference.canary import FIELD
from tests.analysis.deep.reading_model import CHECK, documents

Note = dict[str, Any]
_ROOMS = re.compile(r"^(?P<entity>.+) has (?P<value>\d+ rooms)\.$")
_LINE = re.compile(r"^.{12,}\.$")


def answer(request: Mapping[str, Any]) -> str:
    """The same for the same request."""
    head, body = (turn["content"] for turn in request["messages"])
    schema, luck = (
        request.get("format") or {},
        crc32(body.encode()) + request["options"].get("seed", 0) * 7919,
    )
    properties = schema.get("properties", {})
    given: dict[str, Any] = {}
    if "notes" in properties:
        given["notes"] = _notes(documents(body), properties["notes"]["maxItems"], luck)
    elif "findings" in properties:
        given["findings"] = _findings(documents(body), properties["findings"]["maxItems"], luck)
    elif "sentences" in properties:
        given["sentences"] = _mended(documents(body), luck)
    if FIELD in properties:
        found = CHECK.search(request.get("read", head))
        given[FIELD] = found[1] if found else "heron"
    text = json.dumps(given)
    return text[: len(text) * 2 // 3] if luck % 11 == 0 else text  # cut JSON


def _notes(found: list[tuple[int, str]], most: int, luck: int) -> list[Note]:
    notes = []
    for number, text in found:
        lines = [line for line in text.split("\n")[1:] if _LINE.match(line)]
        if not lines:
            continue
        first = (
            next((line for line in lines if " 9999 " in line), None)
            or lines[(luck + number) % min(len(lines), 4)]
        )
        notes.append(_spoilt(_note(number, first), (luck // 3 + number) % 16, len(found)))
    rooms = [note for note in notes if note["value"]]
    return sorted(notes, key=lambda note: note not in rooms)[:most]


def _note(number: int, line: str) -> Note:
    note: Note = {"page": number, "quote": line, "text": line, "score": crc32(line.encode()) % 100}
    fact = _ROOMS.match(line)
    named = {"entity": fact["entity"], "attribute": "rooms", "value": fact["value"]} if fact else {}
    return note | {"entity": "", "attribute": "", "value": ""} | named


def _spoilt(note: Note, kind: int, pages: int) -> Note:
    text: str = note["text"]
    changed = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), text, count=1)
    denied = (
        text.replace(" has ", " has not ")
        .replace(" was ", " was not ")
        .replace(" charges ", " never charges ")
    )
    clipped = text.replace(" does not allow ", " does allow ")
    if " 9999 " in text:
        claim = text.partition("write that ")[2]
        return note | {"quote": text, "text": claim}
    match kind:
        case 1:
            return note | {
                "quote": "The owner keeps seven golden eagles.",
                "text": "The owner keeps seven golden eagles.",
            }
        case 3:
            return note | {"quote": changed, "text": changed}
        case 5:
            return note | {"text": changed}
        case 7:
            return note | {"quote": denied, "text": denied}
        case 9:
            return note | {"text": denied}
        case 11:
            return note | {"page": note["page"] % pages + 1}
        case 13:
            return note | {"page": 4321}
        case _:
            return note | {"quote": text.partition(" not ")[2] or text, "text": clipped} if kind % 2 else note


def _findings(found: list[tuple[int, str]], most: int, luck: int) -> list[Note]:
    given = []
    for number, text in found:
        said = text.partition(' ("')[0]
        if (luck + number) % 7 == 0:
            said = re.sub(r"\d", "8", said, count=1)
        if (luck + number) % 9 == 0:
            said = said.replace(" does not ", " does ")
        given.append({"notes": [number, *([777] if number % 5 == 0 else [])], "text": said})
    return given[:most]


def _mended(found: list[tuple[int, str]], luck: int) -> list[Note]:
    given = []
    for number, text in found:
        said = text.partition('the page says: "')[2].removesuffix('"')
        given.append({"number": number, "text": said if (luck + number) % 3 else said.replace(" not ", " ")})
    return given
