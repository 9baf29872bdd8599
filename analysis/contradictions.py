"""Finds things of which pages say different values: same key, same field, by SQL over the records."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from analysis.cite import Source, cite
from analysis.claim import Quote
from analysis.corpus import SourcePage
from analysis.exhibits import Contradiction, RecordSource, Side
from analysis.locate import locate
from analysis.record_type import Ask, RecordType
from storage.views import quoted_name, quoted_text

ReadPage = Callable[[str], SourcePage | None]  # a page of the run by its URL

MOST = 100  # of one type of record
MOST_SOURCES = 3  # of one side
LONGEST_VALUE = 80  # characters; longer texts differ by how they were cut
_COMPARED = frozenset(
    ("text", "enum", "integer", "number", "money", "date", "datetime", "boolean", "phone", "email")
)

# A value is compared without case and without what stands between its letters and digits.
_PLAIN = r"regexp_replace(lower(strip_accents(({0})::VARCHAR)), '[^\p{{L}}\p{{N}}.]+', '', 'g')"

# A thing with two values of one field on one page, such as sizes, is contradicted by nobody.
_QUERY = """
WITH said AS (
    SELECT url, {key}::VARCHAR AS k, {value} AS v, {thing} AS thing, {plain} AS plain{identities}
    FROM {view} WHERE run = {run} AND {key} IS NOT NULL AND {field} IS NOT NULL
    AND length({value}) <= {longest}
), several AS (
    SELECT thing FROM said GROUP BY thing HAVING count(DISTINCT plain) > 1
    AND count(DISTINCT (url, plain)) = count(DISTINCT url){same}
)
SELECT thing, min(k) AS entity, min(v) AS value, count(DISTINCT url) AS pages,
       list_sort(list(DISTINCT url))[1:{sources}] AS urls
FROM said WHERE thing IN (SELECT thing FROM several)
GROUP BY thing, plain ORDER BY thing, pages DESC, value
"""


class _Said(NamedTuple):
    """One value of one field of one thing."""

    thing: str
    entity: str
    value: str
    pages: int
    urls: list[str]


def contradictions(ask: Ask, kind: RecordType, run: str, read_page: ReadPage) -> list[Contradiction]:
    """What the records of a run say differently of one thing; each by the strictest key that finds it."""
    found: dict[tuple[str, frozenset[str]], Contradiction] = {}
    for key in filter(None, (*kind.identifiers, kind.title)):
        for field, what in kind.fields.items():
            if what in _COMPARED and field not in {key, *kind.identifiers}:
                for one in _by_key(ask, kind, run, (key, field), read_page):
                    pages = frozenset(record.url for side in one.sides for record in side.records)
                    found.setdefault((field, pages), one)
    return list(found.values())[:MOST]


def _by_key(
    ask: Ask, kind: RecordType, run: str, key_and_field: tuple[str, str], read_page: ReadPage
) -> Iterator[Contradiction]:
    key, field = key_and_field
    sql = _query(kind, run, key, field)
    things = [list(same) for _, same in groupby(map(_Said._make, ask(sql)), key=lambda row: row.thing)]
    differing = [sides for sides in things if kind.fields[field] != "text" or not _is_cut(sides)][:MOST]
    how = _how(ask, kind, run, field, [url for sides in differing for side in sides for url in side.urls])
    for sides in differing:
        told = tuple(filter(None, (_side(side, field, how, read_page) for side in sides)))
        if len(told) > 1:
            yield Contradiction(
                entity=sides[0].entity, attribute=field, sides=told, record=kind.name, key=key, sql=sql
            )


def _query(kind: RecordType, run: str, key: str, field: str) -> str:
    name = quoted_name(field)
    value, thing = f"{name}::VARCHAR", _PLAIN.format(quoted_name(key))
    if kind.fields[field] == "money":  # prices in two currencies may both be right
        currency = f"coalesce({quoted_name(field + '_currency')}, '')"
        value = f"trim(rtrim(rtrim({name}::VARCHAR, '0'), '.') || ' ' || {currency})"
        thing = f"{thing} || ' ' || {currency}"
    others = (
        [] if key in kind.identifiers else list(kind.identifiers)
    )  # a name alone may be that of two things
    return _QUERY.format(
        key=quoted_name(key),
        field=name,
        value=value,
        thing=thing,
        plain=_PLAIN.format(value),
        identities="".join(f", {quoted_name(other)} AS i{place}" for place, other in enumerate(others)),
        same="".join(f" AND count(DISTINCT i{place}) <= 1" for place in range(len(others))),
        view=quoted_name(kind.view),
        run=quoted_text(run),
        longest=LONGEST_VALUE,
        sources=MOST_SOURCES,
    ).strip()


def _is_cut(sides: list[_Said]) -> bool:
    """Whether the values are the same one in several lengths."""
    values = sorted(("".join(side.value.casefold().split()) for side in sides), key=len)
    return all(values[0] in value for value in values)


def _how(ask: Ask, kind: RecordType, run: str, field: str, urls: list[str]) -> dict[str, dict[str, Any]]:
    """By URL: how the value was obtained there."""
    if not urls:
        return {}
    listed = ", ".join(map(quoted_text, dict.fromkeys(urls)))
    rows = ask(
        f"SELECT url, sources::VARCHAR FROM records WHERE run = {quoted_text(run)} "
        f"AND record = {quoted_text(kind.name)} AND url IN ({listed})"
    )
    found = {str(url): json.loads(sources or "{}").get(field) for url, sources in rows}
    return {url: source for url, source in found.items() if isinstance(source, dict)}


def _side(said: _Said, field: str, how: dict[str, dict[str, Any]], read_page: ReadPage) -> Side | None:
    """None when none of its pages can be read any more."""
    records: list[RecordSource] = []
    quotes: list[Quote] = []
    for url in said.urls:
        source, page = how.get(url, {}), read_page(url)
        if page is None:
            continue
        obtained = str(source.get("how", ""))
        records.append(RecordSource(url=url, title=page.title, body_digest=page.digest.hex(), how=obtained))
        if not quotes:
            quotes += _quoted(page, field, [str(source.get("text", "")), said.value])
    if not records:
        return None
    return Side(value=said.value, pages=said.pages, records=tuple(records), quotes=tuple(quotes))


def _quoted(page: SourcePage, field: str, spellings: list[str]) -> Iterator[Quote]:
    """The sentence of the page that says the value, where its text has one."""
    anchor = next(filter(None, (locate(page.text, spelling, field) for spelling in spellings)), None)
    if anchor is not None:
        yield cite(Source(page.url, page.title, page.digest, page.engine), page.text, anchor)
