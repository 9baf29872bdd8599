"""The lists of a page are found, record by record, the main one first."""

import time

import pytest

from scraper.document import Document
from scraper.selection.groups import Group, record_groups
from scraper.selection.outline import Outline


def groups(body: str) -> tuple[Group, ...]:
    return record_groups(Outline(Document(f"<html><body>{body}</body></html>").tree))


def said(group: Group) -> list[str]:
    """What the records of a group say."""
    return [" ".join(one.text for one in record) for record in group.records]


def main_list(body: str) -> list[str]:
    found = groups(body)
    return said(found[0]) if found else []


def card(name: str, extra: str = "") -> str:
    return f'<li class="card"><h3><a href="/{name}">{name}</a></h3><p>about {name}</p>{extra}</li>'


def tile(name: str) -> str:
    return f'<div class="tile"><img src="{name}.png"><a href="/{name}">{name}</a> <i>9 €</i></div>'


def cards(*names: str) -> str:
    return "".join(map(card, names))


def tiles(*names: str) -> str:
    return "".join(map(tile, names))


EMPTY = '<li class="card"><h3></h3><p> </p></li>'
MENU = '<nav><ul><li><a href="/a">Every first thing</a></li><li><a href="/b">Second</a></li></ul></nav>'

LISTS = {
    "side by side": (f"{MENU}<ul>{cards('one', 'two')}</ul>", ["one about one", "two about two"]),
    "with parts that only some have": (
        f"<ul>{card('one')}{card('two', '<b>new</b>')}{card('three')}</ul>",
        ["one about one", "two about two new", "three about three"],
    ),
    "with placeholders between": (
        f"<ul>{card('one')}{EMPTY}{card('two')}{EMPTY}</ul>",
        ["one about one", "two about two"],
    ),
    "with advertisements and headings between": (
        f"<div>{tile('one')}<h2>More</h2>{tile('two')}<section>buy now</section>{tile('three')}</div>",
        ["one 9 €", "two 9 €", "three 9 €"],
    ),
    "in states": (
        '<div><a class="i active"><b>one</b> x</a><a class="i"><b>two</b> x</a>'
        '<a class="i last"><b>end</b> x</a></div>',
        ["one x", "two x", "end x"],
    ),
    "in rows of a grid": (
        f"<div><div class=row>{tiles('one', 'two', 'three')}</div>"
        f"<div class=row>{tiles('four', 'five')}</div><div class=row>{tile('six')}</div></div>",
        [f"{name} 9 €" for name in ("one", "two", "three", "four", "five", "six")],
    ),
    "in sections with headings": (
        f"<section><h2>A</h2><div>{tiles('one', 'two', 'three')}</div></section>"
        f"<section><h2>B</h2><div>{tiles('four', 'five')}</div></section>",
        [f"{name} 9 €" for name in ("one", "two", "three", "four", "five")],
    ),
    "as a table": (
        "<table><tr><th>Name</th><th>Price</th></tr><tr><td><a href=/1>one</a></td><td>1</td></tr>"
        "<tr><td><a href=/2>two</a></td><td>2</td></tr>"
        "<tr><td><a href=/3>three</a></td><td>3</td></tr></table>",
        ["one 1", "two 2", "three 3"],
    ),
    "as terms with what they mean": (
        "<dl><dt>one</dt><dd>first</dd><dt>two</dt><dd>second</dd><dd>again</dd><dt>three</dt><dd>x</dd></dl>",
        ["one first", "two second again", "three x"],
    ),
    "as headings with texts": (
        "<h1>All</h1><h3>one</h3><p>a first</p><p>b</p><h3>two</h3><p>c</p><h3>three</h3><p>d</p>",
        ["one a first b", "two c", "three d"],
    ),
    "as pairs of rows": (
        "<table>" + "".join(
            f"<tr class=head><td>{name}</td><td><a href=/{name}>go</a></td></tr>"
            f"<tr class=more><td colspan=2><i>by {name}</i></td></tr>"
            for name in ("one", "two", "three")
        ) + "</table>",
        ["one go by one", "two go by two", "three go by three"],
    ),
    "as pairs of rows without names": (
        "<table>" + "".join(
            f"<tr><td>{n}</td><td><a href=/{n}>name {n}</a></td></tr><tr><td colspan=2>about {n}</td></tr>"
            for n in (1, 2, 3)
        ) + "</table>",
        ["1 name 1 about 1", "2 name 2 about 2", "3 name 3 about 3"],
    ),
    "in columns of their own classes": (
        "<div><div class='col left'><div><b>1</b><p>aa</p></div><div><b>2</b><p>bb</p></div></div>"
        "<div class='col right'><div><b>3</b><p>cc</p></div><div><b>4</b><p>dd</p></div></div></div>",
        ["1 aa", "2 bb", "3 cc", "4 dd"],
    ),
    "as cells of a table that only lays them out": (
        "<table>" + "".join(
            "<tr>" + "".join(
                f"<td><a href=/{n}><img src=/{n}.png></a><br><a href=/{n}>lamp {n}</a> <b>${n}</b></td>"
                for n in row
            ) + "</tr>"
            for row in ((1, 2, 3), (4, 5, 6))
        ) + "</table>",
        [f"lamp {n} ${n}" for n in range(1, 7)],
    ),
    "as bodies of a table": (
        "<table>" + "".join(
            f"<tbody><tr><td><a href=/{n}>flight {n}</a></td><td>10:0{n}</td></tr>"
            f"<tr><td colspan=2>gate {n}</td></tr></tbody>"
            for n in (1, 2, 3)
        ) + "</table>",
        [f"flight {n} 10:0{n} gate {n}" for n in (1, 2, 3)],
    ),
    "with lists inside": (
        f"<ul>{card('one', '<ul><li>red</li><li>blue</li></ul>')}"
        f"{card('two', '<ul><li>green</li></ul>')}</ul>",
        ["one about one red blue", "two about two green"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", LISTS)
def test_the_main_list_is_found(how: str) -> None:
    body, records = LISTS[how]
    assert main_list(body) == records


def test_a_list_inside_a_record_is_a_list_of_its_own() -> None:
    inner = "<ul><li>red</li><li>blue</li></ul>"
    found = groups(f"<ul>{card('one', inner)}{card('two', inner)}</ul>")
    assert [said(one) for one in found].count(["red", "blue"]) == 2


def test_a_menu_comes_after_the_list_it_stands_beside() -> None:
    found = [said(one) for one in groups(f"{MENU}<ul>{cards('one', 'two')}</ul>")]
    assert ["Every first thing", "Second"] in found[1:]


@pytest.mark.parametrize(
    "body", ["", "<h1>Title</h1><p>Only one text.</p>", "<p>a <b>c</b> d <b>e</b> f</p>"]
)
def test_a_page_without_repetition_has_no_list(body: str) -> None:
    assert groups(body) == ()


HOSTILE = {
    "one endless list": "<ul>" + "<li><a href=x>word</a></li>" * 30_000 + "</ul>",
    "children of thousands of names": "".join(f"<x-{n}>t<em>a</em></x-{n}>" * 2 for n in range(15_000)),
    "containers of thousands of kinds": "".join(
        f"<div><x-{n}>t<em>a</em></x-{n}><x-{n}>t<em>a</em></x-{n}></div>" for n in range(9_000)
    ),
    "a deep nest": "<div>" * 300 + "<p>x</p><p>y</p>" * 9_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_work_grows_with_the_page(what: str) -> None:
    """Seconds here would be minutes if anything were compared with everything."""
    outline = Outline(Document(HOSTILE[what]).tree)
    begun = time.process_time()
    record_groups(outline)
    assert time.process_time() - begun < 10
