"""What one page teaches about where fields stand; made in a worker, judged where all pages come together."""

from collections.abc import Mapping, Sequence

from scraper.selection.evaluate import Spot
from scraper.selection.found import Source, Value
from scraper.selection.knowledge import KnownField, digest_of
from scraper.selection.known_host import selectors
from scraper.selection.nodes import Node, above, node_at, text_of
from scraper.selection.observation import FieldSeen, Trial
from scraper.selection.read_known import Found, Known, digest_of_value, parsed_spot, read_with
from scraper.selection.synthesis import synthesise
from scraper.selection.value import Context
from scraper.selection.wanted import Field, Kind, Wanted

_REPEATED = frozenset(("nav", "footer"))
_CRUMBS = "crumb"  # stands in a nav, and is about the page
_FREE = frozenset((Kind.ENUM, Kind.BOOLEAN))


def observe(
    root: Node,
    known: Known,
    about: Mapping[str, KnownField],
    wanted: Wanted,
    picks: Mapping[str, Found],
    context: Context,
) -> tuple[FieldSeen, ...]:
    """`picks` are the values that were found for what the known selectors did not find."""
    tries = {one.field: one for one in known.tries}
    seen = []
    for field in wanted.fields:
        tried = tries.get(field.name)
        one = FieldSeen(field.name, digest_of(field), may_repeat(field))
        if tried is not None:
            one = one._replace(trial=str(tried.trial), used=tried.used)
        knowledge = about.get(field.name)
        value = known.values.get(field.name)
        pick = picks.get(field.name)
        if value is not None:
            one = one._replace(value=digest_of_value(value))
        elif pick is not None and not (knowledge is not None and knowledge.pinned):
            one = _learned_of(root, one, field, pick, knowledge, context)
        seen.append(one)
    return tuple(seen)


def may_repeat(field: Field) -> bool:
    """Says whether the field's type has so few values that pages may all have the same."""
    return field.kind in _FREE


def spots_of(root: Node, found: Found) -> list[Spot] | None:
    """Where values stand, as nodes; None where one stands in data, or in what every page repeats."""
    each = [found] if isinstance(found, Value) else list(found)
    placed = [_spot(root, one.source) for one in each]
    kept = [spot for spot in placed if spot is not None]
    return kept if kept and len(kept) == len(placed) else None


def made_for(root: Node, below: Node, field: Field, pick: Found, context: Context) -> tuple[str, ...]:
    """Selectors that find again, below a node, what was found; `root` is what paths begin at."""
    targets = spots_of(root, pick)
    if targets is None:
        return ()
    wanted = digest_of_value(pick)
    nodes = [spot.node.mem_id for spot in targets]

    def accepts(found: list[Spot]) -> bool:
        if field.many:
            read = [one for spot in found if (one := parsed_spot(field, spot, context))]
            return digest_of_value([one.value for one in read]) == wanted
        if [spot.node.mem_id for spot in found] != nodes:
            return False
        one = parsed_spot(field, found[0], context)
        return one is not None and digest_of_value(one.value) == wanted

    return tuple(str(selector) for selector in synthesise(below, targets, accepts))


def _learned_of(
    root: Node, seen: FieldSeen, field: Field, pick: Found, knowledge: KnownField | None, context: Context
) -> FieldSeen:
    seen = seen._replace(value=digest_of_value(pick))
    if knowledge is None or knowledge.is_learning:
        seen = seen._replace(made=made_for(root, root, field, pick, context))
    agreed, differed, missed = _compared(root, field, knowledge.probation if knowledge else (), seen, context)
    return seen._replace(agreed=agreed, differed=differed, missed=missed)


def _compared(
    root: Node, field: Field, lines: Sequence[str], seen: FieldSeen, context: Context
) -> tuple[tuple[str, ...], ...]:
    """Selectors on probation beside what was found on the page: those that agree, differ, miss."""
    agreed: list[str] = []
    differed: list[str] = []
    missed: list[str] = []
    for selector in selectors(tuple(line for line in lines if line not in seen.made)):
        trial, value = read_with(root, field, selector, context)
        is_right = value is not None and digest_of_value(value) == seen.value
        (missed if trial is Trial.MISSING else agreed if is_right else differed).append(str(selector))
    return tuple(agreed), tuple(differed), tuple(missed)


def _is_repeated(node: Node) -> bool:
    if node.tag not in _REPEATED:
        return False
    named = " ".join(node.attributes.get(name) or "" for name in ("class", "id", "aria-label"))
    return _CRUMBS not in named.lower()


def _spot(root: Node, source: Source) -> Spot | None:
    if source.inside:
        return None
    node = node_at(root, source.path)
    if node is None or node.tag == "script" or any(_is_repeated(one) for one in (node, *above(node))):
        return None
    text = (
        " ".join((node.attributes.get(source.attribute) or "").split()) if source.attribute else text_of(node)
    )
    if source.start > 0 or 0 < source.end < len(text):
        start, end = source.start, source.end
    else:
        start, end = 0, len(text)
    return Spot(node, source.attribute, text, start, end) if text[start:end] else None
