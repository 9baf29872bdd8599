"""What a worker was told of one host, put in the order in which pages ask for it."""

from collections.abc import Mapping
from functools import lru_cache

from scraper.selection.knowledge import ROWS, Knowledge, KnownField, digest_of, knowledge_from
from scraper.selection.nodes import Node
from scraper.selection.selector import BadSelector, Selector, parsed
from scraper.selection.shape import shape_of
from scraper.selection.shingles import sketch_of
from scraper.selection.template import Place, placed
from scraper.selection.wanted import Wanted

MOST_LENT = 4  # selectors that other templates of the host lend to one field


class KnownHost:
    """Built once per host and version; pages only look things up."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.host, self.version = knowledge.host, knowledge.version
        self._templates = knowledge.templates
        self._fields: dict[tuple[str, str], dict[str, list[KnownField]]] = {}
        self._asked: dict[tuple[str, Wanted], Mapping[str, KnownField]] = {}  # templates times wishes
        for one in knowledge.fields:
            of_record = self._fields.setdefault((one.template, one.record), {})
            of_record.setdefault(one.field, []).append(one)

    @classmethod
    def unpacked(cls, packed: bytes) -> "KnownHost":
        return cls(knowledge_from(packed))

    def place(self, root: Node, url: str) -> Place:
        """Which kind of page this is."""
        return placed(shape_of(url), sketch_of(root), self._templates)._replace(version=self.version)

    def fields(self, template: str, wanted: Wanted) -> Mapping[str, KnownField]:
        """What is known of each field of a record; what the user pinned for all pages comes first."""
        found = self._asked.get((template, wanted))
        if found is None:
            found = self._asked[template, wanted] = self._joined(template, wanted)
        return found

    def _joined(self, template: str, wanted: Wanted) -> dict[str, KnownField]:
        digests = {field.name: digest_of(field) for field in wanted.fields} | {ROWS: b""}
        learned = self._of(template, wanted.record, digests) if template else {}
        for name, everywhere in self._of("", wanted.record, digests).items():
            one = learned.get(name)
            if one is None:
                learned[name] = everywhere
            elif not one.pinned:
                learned[name] = one._replace(pinned=everywhere.pinned)
        for name, schema in digests.items():
            one = learned.get(name, KnownField(template, wanted.record, name, schema))
            if not (one.promoted or one.pinned) and (
                lent := self._lent(template, wanted.record, name, schema)
            ):
                learned[name] = one._replace(lent=lent)
        return learned

    def _lent(self, template: str, record: str, field: str, schema: bytes) -> tuple[str, ...]:
        """Lasting selectors of the field from other templates of the host."""
        found: dict[str, None] = {}
        for (other, kind), fields in self._fields.items():
            if kind == record and other not in {"", template}:
                several = [one for one in fields.get(field, ()) if one.schema == schema]
                lines = (line for one in several for line in one.promoted)
                found |= {line: None for line in lines if is_lasting_line(line)}
        return tuple(found)[:MOST_LENT]

    def _of(self, template: str, record: str, digests: Mapping[str, bytes]) -> dict[str, KnownField]:
        chosen = {}
        for name, several in self._fields.get((template, record), {}).items():
            fitting = [one for one in several if one.schema in {b"", digests.get(name)}]
            if name in digests and fitting:
                pinned = next((one.pinned for one in fitting if one.pinned), ())
                chosen[name] = max(fitting, key=lambda one: len(one.schema))._replace(pinned=pinned)
        return chosen


@lru_cache(maxsize=20_000)
def selector_of(line: str) -> Selector | None:
    """None where an older or newer engine wrote a line that this one does not understand."""
    try:
        return parsed(line)
    except BadSelector:
        return None


def selectors(lines: tuple[str, ...]) -> list[Selector]:
    return [one for line in lines if (one := selector_of(line)) is not None]


def is_by_place(line: str) -> bool:
    """Says whether a selector counts elements, or goes by what stands beside them."""
    selector = selector_of(line)
    css = line if selector is None else selector.css  # the records of a list are found by CSS alone
    return any(mark in css for mark in (":nth-", " + ", ":has(+"))


def is_lasting_line(line: str) -> bool:
    selector = selector_of(line)
    return selector is not None and is_lasting(selector)


def is_lasting(selector: Selector) -> bool:
    """Says whether it holds by words or meaning, which outlive a new design, not by classes or place."""
    return bool(selector.label) or selector.css.startswith(("[itemprop=", "[property=", "[data-", "meta["))
