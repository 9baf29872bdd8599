"""The hut guide: one story for each hut, and one that compares them all."""

from typing import Any

from tandem.demo.chance import between
from tandem.demo.manuscript import in_prose, sentence, table
from tandem.demo.story import Story

Hut = dict[str, Any]
PARAGRAPHS = (("lead", "beds", "way"), ("peak", "history"), ("water", "food"), ("advice", "close"))


def stories() -> list[Story]:
    huts: list[Hut] = table("huts")["hut"]
    return [*(_guide(hut) for hut in huts), _comparison(huts)]


def _guide(hut: Hut) -> Story:
    facts = {**hut, **_figures(hut), **_spelled(hut)}
    return Story(
        title=f"A night at the {hut['name']}",
        section="Hut guide",
        paragraphs=tuple(
            " ".join(sentence("hut_guide", pattern, hut["name"], facts) for pattern in patterns)
            for patterns in PARAGRAPHS
        ),
        facts=(
            ("Country", hut["country"]),
            ("Elevation", f"{hut['elevation']:,} m"),
            ("Opened", str(hut["opened"])),
            ("Beds", str(hut["beds"])),
            ("Walk", f"{hut['hours']} hours from {hut['village']}"),
            ("Summit", f"{hut['peak']}, {hut['peak_elevation']:,} m"),
        ),
    )


def _spelled(hut: Hut) -> dict[str, object]:
    return {
        "country": in_prose(hut["country"]),
        "elevation": f"{hut['elevation']:,}",
        "peak_elevation": f"{hut['peak_elevation']:,}",
    }


def _figures(hut: Hut) -> dict[str, object]:
    name = hut["name"]
    board = between(f"{name} board", 48, 66)
    return {
        "climb": between(f"{name} climb", 5, 11) * 100,
        "founders": between(f"{name} founders", 9, 40),
        "dinner": between(f"{name} dinner", 17, 29),
        "board": board,
        "board_guest": board + 12,
        "winter": between(f"{name} winter", 4, 16),
    }


def _comparison(huts: list[Hut]) -> Story:
    highest = max(huts, key=lambda hut: hut["elevation"])
    oldest = min(huts, key=lambda hut: hut["opened"])
    largest = max(huts, key=lambda hut: hut["beds"])
    countries = len({hut["country"] for hut in huts})
    beds = sum(hut["beds"] for hut in huts)
    return Story(
        title=f"{len(huts)} huts compared",
        section="Hut guide",
        paragraphs=(
            f"Our guide now covers {len(huts)} huts in {countries} countries, with {beds:,} beds in all. "
            "Every one of them was reached on foot by somebody who works in the shop.",
            f"The highest hut of the guide is the {highest['name']} in {in_prose(highest['country'])}, "
            f"at {highest['elevation']:,} m and with {highest['beds']} beds. "
            f"It opened in {highest['opened']} and is {highest['hours']} hours above {highest['village']}.",
            f"The oldest is the {oldest['name']} in {in_prose(oldest['country'])}, "
            f"open since {oldest['opened']}. "
            f"The largest is the {largest['name']} with {largest['beds']} beds, which is not always quiet.",
            "Prices for half board rose by seven per cent in two years. Booking by telephone is still "
            "the rule, and a deposit is still the exception.",
        ),
    )
