"""Decides once for all records of a list which column holds which field."""

from collections.abc import Sequence
from typing import NamedTuple

from scraper.selection.candidate import value_key
from scraper.selection.field_words import FieldWords
from scraper.selection.outline import Element
from scraper.selection.records_cells import Cells, cells_of
from scraper.selection.records_columns import Column, columns_of, read_cell
from scraper.selection.records_evidence import score
from scraper.selection.records_headings import headings_of_all
from scraper.selection.value import Context

MOST_CHOICES = 6
ENOUGH = 0.6  # from here on a column is sure
MARGIN = 0.12  # and this far before the next one
LEAST = 0.22  # below, nothing is said; lower than for one page: that many records agree says much
_TAKEN = 0.4  # of its score is left to a column that holds another field already
_WORTH_READING = 0.08  # less is no answer to anything, and no question


class Ranked(NamedTuple):
    """A column that may hold the field."""

    column: Column
    score: float


class Chosen(NamedTuple):
    """The columns of one field, the best first."""

    wanted: FieldWords
    ranked: tuple[Ranked, ...]

    @property
    def best(self) -> Ranked | None:
        """The one that holds it, if one is likely at all."""
        return self.ranked[0] if self.ranked and self.ranked[0].score >= LEAST else None

    @property
    def is_decided(self) -> bool:
        """Whether the first is sure, and far before the others; or there is nothing to ask about."""
        if not self.ranked:
            return True
        behind = self.ranked[1].score if len(self.ranked) > 1 else 0.0
        return self.ranked[0].score >= ENOUGH and self.ranked[0].score - behind >= MARGIN


def cells_of_all(records: Sequence[Sequence[Element]]) -> list[Cells]:
    """The cells of every record."""
    headings = headings_of_all(records)
    return [cells_of(record, names) for record, names in zip(records, headings, strict=True)]


def chosen(records: Sequence[Cells], words: Sequence[FieldWords], context: Context) -> tuple[Chosen, ...]:
    """For each field its columns; no two fields of text get the same one while another is as good."""
    single = columns_of(records, many=False)
    whole = columns_of(records, many=True) if any(one.field.many for one in words) else []
    found = [_ranked(whole if one.field.many else single, len(records), one, context) for one in words]
    taken: dict[tuple[int, str], int] = {}
    order = sorted(range(len(words)), key=lambda place: -found[place][0].score if found[place] else 0.0)
    for place in order:
        found[place] = _free(found[place], place, taken)
        if found[place] and found[place][0].score >= LEAST:
            taken.setdefault(_mark(found[place][0].column), place)
    return tuple(
        Chosen(one, tuple(_distinct(ranked, one, context))) for one, ranked in zip(words, found, strict=True)
    )


def _ranked(columns: Sequence[Column], count: int, wanted: FieldWords, context: Context) -> list[Ranked]:
    scored = [Ranked(one, score(one, count, wanted, context)) for one in columns]
    kept = [one for one in scored if one.score > _WORTH_READING]
    return sorted(kept, key=lambda one: -one.score)


def _free(ranked: list[Ranked], place: int, taken: dict[tuple[int, str], int]) -> list[Ranked]:
    left = [
        one._replace(score=one.score * _TAKEN) if taken.get(_mark(one.column), place) != place else one
        for one in ranked
    ]
    return sorted(left, key=lambda one: -one.score)


def _mark(column: Column) -> tuple[int, str]:
    cell = next(iter(column.cells.values()))[0]
    return cell.element.number, cell.attribute


def _distinct(ranked: Sequence[Ranked], wanted: FieldWords, context: Context) -> list[Ranked]:
    """Without columns that say the same as a better one."""
    found: list[Ranked] = []
    seen: set[tuple[str, ...]] = set()
    for one in ranked[: 5 * MOST_CHOICES]:
        said = tuple(
            value_key(parsed.value)
            for cells in list(one.column.cells.values())[:5]
            for cell in cells
            if (parsed := read_cell(cell, wanted, context)) is not None
        )
        if said not in seen:
            seen.add(said)
            found.append(one)
    return found[: 2 * MOST_CHOICES]
