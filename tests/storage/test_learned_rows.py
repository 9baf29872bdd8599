"""What was learned comes back as it was kept, host by host, and goes when it is forgotten."""

from storage.learned_rows import (
    FieldRow,
    Learned,
    TemplateRow,
    forget_learned,
    keep_learned,
    learned_hosts,
    read_learned,
)
from storage.ledger import Ledger


def template(number: str, host: str = "a.test", pages: int = 3) -> TemplateRow:
    return TemplateRow(number, host, "/#", b"sketch", pages, "{}")


def field(name: str, version: int = 1, template: str = "1", host: str = "a.test") -> FieldRow:
    return FieldRow(host, template, "product", name, b"wish", version, "promoted", "{}")


async def test_what_is_kept_comes_back_in_order(ledger: Ledger) -> None:
    learned = Learned((template("1"), template("2")), (field("price"), field("price", 2), field("title")))
    await ledger.write(lambda c: keep_learned(c, learned))
    assert await ledger.read(read_learned) == learned


async def test_a_row_is_replaced_by_its_later_self_and_dropped_ones_go(ledger: Ledger) -> None:
    await ledger.write(
        lambda c: keep_learned(c, Learned((template("1"), template("2")), (field("price"), field("sku"))))
    )
    newer = field("price")._replace(state="retired")
    await ledger.write(
        lambda c: keep_learned(c, Learned((template("1", pages=9),), (newer,)), ["2"], [field("sku")])
    )
    assert await ledger.read(read_learned) == Learned((template("1", pages=9),), (newer,))


async def test_a_host_is_read_and_forgotten_alone(ledger: Ledger) -> None:
    mine = Learned((template("1"),), (field("price"),))
    other = Learned((template("2", "b.test"),), (field("price", template="2", host="b.test"),))
    await ledger.write(lambda c: keep_learned(c, mine))
    await ledger.write(lambda c: keep_learned(c, other))
    assert await ledger.read(lambda c: read_learned(c, "b.test")) == other
    assert await ledger.write(lambda c: forget_learned(c, "b.test")) == 2
    assert await ledger.read(read_learned) == mine


async def test_hosts_are_named_by_how_much_is_known_of_them(ledger: Ledger) -> None:
    rows = (
        field("price"),
        field("price", host="b.test"),
        field("title", host="b.test"),
        field("x", host="c.test"),
    )
    await ledger.write(lambda c: keep_learned(c, Learned(fields=rows)))
    assert await ledger.read(lambda c: learned_hosts(c, 2)) == ["b.test", "a.test"]


async def test_one_template_is_forgotten_alone(ledger: Ledger) -> None:
    rows = (field("price"), field("price", template="2"))
    await ledger.write(lambda c: keep_learned(c, Learned((template("1"), template("2")), rows)))
    assert await ledger.write(lambda c: forget_learned(c, "a.test", "1")) == 2
    assert await ledger.read(read_learned) == Learned((template("2"),), rows[1:])
