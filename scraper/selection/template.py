"""The kinds of pages that a host has, by URL shape and by how pages are built; formed as pages come."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from scraper.selection.knowledge import KnownTemplate, LearnedTemplate
from scraper.selection.shingles import similarity

ALIKE = 0.7  # pages of one URL shape
ALIKE_ELSEWHERE = 0.85  # of different shapes
TWINS = 0.8  # templates of one shape that turn out to be one
MOST_TEMPLATES = 64  # of one host
MOST_SAMPLES = 9  # sketches by which the typical page of a template is known
MOST_SHAPES = 12
PAGES_BETWEEN_WRITES = 50  # of a template that is known well


class Place(NamedTuple):
    """Where a page belongs among the pages of its host."""

    shape: str
    sketch: bytes
    template: str = ""  # empty: none that is known
    similarity: float = 0.0
    version: int = 0  # of what was known of the host when the page was read


class _Template:
    def __init__(self, row: LearnedTemplate) -> None:
        self.row_id, self.host, self.pages = row.id, row.host, row.pages
        self.sketch = row.sketch
        body = json.loads(row.body) if row.body else {}
        self.shapes: list[str] = [row.shape, *body.get("shapes", [])]
        self.samples = [bytes.fromhex(text) for text in body.get("samples", [])] or [row.sketch]
        self.was: list[str] = body.get("was", [])

    @property
    def row(self) -> LearnedTemplate:
        body = {
            "shapes": self.shapes[1:],
            "samples": [sample.hex() for sample in self.samples],
            "was": self.was,
        }
        packed = json.dumps(body, separators=(",", ":"))
        return LearnedTemplate(self.row_id, self.host, self.shapes[0], self.sketch, self.pages, packed)

    @property
    def known(self) -> KnownTemplate:
        return KnownTemplate(self.row_id, tuple(self.shapes), self.sketch)

    def take(self, shapes: Iterable[str], samples: Iterable[bytes], pages: int) -> bool:
        """Counts pages; says whether what workers know of the template changed."""
        self.pages += pages
        before = self.sketch, len(self.shapes)
        self.shapes = list(dict.fromkeys([*self.shapes, *shapes]))[:MOST_SHAPES]
        # The samples are those with the smallest digests: whatever came first, the same pages are kept.
        kept = sorted({*self.samples, *samples}, key=_digest)[:MOST_SAMPLES]
        if kept != self.samples:
            self.samples, self.sketch = kept, _typical(kept)
        return before != (self.sketch, len(self.shapes))


def placed(shape: str, sketch: bytes, templates: Sequence[KnownTemplate]) -> Place:
    """The template that a page is of; one of its own shape is preferred."""
    best, likeness = "", 0.0
    for same_shape, least in ((True, ALIKE), (False, ALIKE_ELSEWHERE)):
        for one in templates:
            if (shape in one.shapes) is not same_shape:
                continue
            found = similarity(sketch, one.sketch)
            if found >= least and (found, one.id) > (likeness, best):
                best, likeness = one.id, found
        if best:
            break
    return Place(shape, sketch, best, likeness)


class Templates:
    """Those of one host."""

    def __init__(self, host: str, rows: Iterable[LearnedTemplate] = ()) -> None:
        self._host = host
        self._all = {row.id: _Template(row) for row in rows}
        self._was = {old: one.row_id for one in self._all.values() for old in one.was}
        self._dirty: set[str] = set()
        self._counted: set[str] = set()  # other only by the number of their pages
        self._gone: list[str] = []
        self._kept: set[str] = set()

    @property
    def known(self) -> tuple[KnownTemplate, ...]:
        return tuple(one.known for one in self._all.values())

    def current(self, template: str) -> str:
        """The template that `template` is part of by now; empty when it is none any more."""
        template = self._was.get(template, template)
        return template if template in self._all else ""

    def rows(self) -> tuple[LearnedTemplate, ...]:
        return tuple(one.row for one in self._all.values())

    def take_changes(
        self, *, with_counts: bool = True
    ) -> tuple[tuple[LearnedTemplate, ...], tuple[str, ...]]:
        """The rows that are new or other than at the last call, and the ids that are gone."""
        if with_counts:
            self._dirty |= self._counted
            self._counted.clear()
        changed = tuple(self._all[one].row for one in sorted(self._dirty) if one in self._all)
        gone = tuple(self._gone)
        self._dirty.clear()
        self._gone.clear()
        return changed, gone

    def keep(self, templates: Iterable[str]) -> None:
        """These have selectors that were worth a lot: they never make room."""
        self._kept = set(templates)

    def add(self, place: Place) -> tuple[str, bool]:
        """The template of one more page, and whether what workers know changed; empty: there is no room."""
        template = self.current(place.template)
        if not template:
            template = placed(place.shape, place.sketch, self.known).template
        if not template:
            return self._found(place), True
        one = self._all[template]
        has_changed = one.take((place.shape,), (place.sketch,) if place.sketch else (), 1)
        is_news = has_changed or one.pages % PAGES_BETWEEN_WRITES == 0
        (self._dirty if is_news else self._counted).add(template)
        return template, has_changed

    def merge_twin(self, template: str) -> tuple[str, str] | None:
        """Joins a template with another where their typical pages show them to be one: (gone, kept)."""
        one = self._all[template]
        twins = (other for other in self._all.values() if other is not one and _are_twins(one, other))
        other = max(twins, key=lambda twin: (twin.pages, twin.row_id), default=None)
        if other is None:
            return None
        gone, kept = sorted((one, other), key=lambda twin: (twin.pages, twin.row_id))
        kept.take(gone.shapes, gone.samples, gone.pages)
        former = [*gone.was, gone.row_id]
        kept.was = [*kept.was, *former][-MOST_TEMPLATES:]
        self._drop(gone.row_id)
        self._was |= dict.fromkeys(former, kept.row_id)
        self._dirty.add(kept.row_id)
        return gone.row_id, kept.row_id

    def _found(self, place: Place) -> str:
        if len(self._all) >= MOST_TEMPLATES and not self._make_room():
            return ""
        digest = hashlib.blake2b(place.sketch, digest_size=6)
        digest.update(f"{self._host} {place.shape}".encode())
        name = digest.hexdigest()
        while name in self._all or name in self._was:
            digest.update(b"+")
            name = digest.hexdigest()
        self._all[name] = _Template(LearnedTemplate(name, self._host, place.shape, place.sketch, 1, ""))
        self._dirty.add(name)
        return name

    def former_names(self, templates: Collection[str]) -> set[str]:
        """The ids of those that became part of these."""
        return {old for old, now in self._was.items() if now in templates}

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._all)

    def _make_room(self) -> bool:
        """The oldest template of which only one page was ever seen goes."""
        for one in self._all.values():
            if one.pages == 1 and one.row_id not in self._kept:
                self._drop(one.row_id)
                return True
        return False

    def _drop(self, template: str) -> None:
        del self._all[template]
        self._dirty.discard(template)
        self._gone.append(template)


def _are_twins(one: _Template, other: _Template) -> bool:
    is_one_shape = not set(one.shapes).isdisjoint(other.shapes)
    return similarity(one.sketch, other.sketch) >= (TWINS if is_one_shape else ALIKE_ELSEWHERE)


def _typical(samples: Sequence[bytes]) -> bytes:
    """The sample that is most like all others."""
    return max(samples, key=lambda one: (sum(similarity(one, other) for other in samples), one))


def _digest(sketch: bytes) -> bytes:
    return hashlib.blake2b(sketch, digest_size=8).digest()
