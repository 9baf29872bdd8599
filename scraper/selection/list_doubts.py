"""What a model may be asked about a list, once for all of its records, and what becomes of its answer."""

from collections.abc import Mapping, Sequence

from scraper.selection.found import How, Value
from scraper.selection.known_host import selectors
from scraper.selection.known_list import ListedRecord
from scraper.selection.nodes import Node, path_of
from scraper.selection.observe import made_for
from scraper.selection.read import Choice
from scraper.selection.read_known import Found, read_with
from scraper.selection.value import Context
from scraper.selection.wanted import Field

MOST_CHOICES = 6
SURE_OF_PICK = 0.9


def lines_of(
    root: Node, records: Sequence[ListedRecord], field: Field, choices: Sequence[Choice], context: Context
) -> list[tuple[Choice, tuple[str, ...]]]:
    """Each choice with selectors that find it inside of its record."""
    paths = [(f"{path_of(one.node)}/", one.node) for one in records if one.node is not None]
    found = []
    for choice in choices[:MOST_CHOICES]:
        at = f"{choice.value.source.path}/"
        node = next((node for path, node in paths if at.startswith(path)), None)
        if node is not None:
            found.append((choice, made_for(root, node, field, choice.value, context)))
    return found


def with_picks(
    records: Sequence[ListedRecord],
    picked: Mapping[str, Sequence[str]],
    fields: Sequence[Field],
    context: Context,
) -> list[ListedRecord]:
    """The records with what the model chose; a field that it calls absent is taken out of all."""
    wanted = [field for field in fields if field.name in picked]
    return [one._replace(values=_chosen(one, wanted, picked, context)) for one in records]


def _chosen(
    record: ListedRecord, fields: Sequence[Field], picked: Mapping[str, Sequence[str]], context: Context
) -> dict[str, Found]:
    values = dict(record.values)
    for field in fields:
        values.pop(field.name, None)
        for selector in selectors(tuple(picked[field.name])) if record.node is not None else ():
            _, found = read_with(record.node, field, selector, context)
            if found is not None:
                values[field.name] = by_model(found)
                break
    return values


def by_model(found: Found) -> Found:
    """The same value, as the model's choice."""
    if isinstance(found, Value):
        return found._replace(source=found.source._replace(how=How.MODEL), confidence=SURE_OF_PICK)
    return tuple(
        one._replace(source=one.source._replace(how=How.MODEL), confidence=SURE_OF_PICK) for one in found
    )
