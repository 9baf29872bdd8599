"""A claim is published when its figures, names and sense are those of the sentences that it cites."""

import pytest

from analysis.gates.agree import Discord, discords

HUT = "The Monte Rosa hut lies at 2,883 metres and has 120 beds. It was opened on 26 September 2009."
PRICE = "Une nuit coûte 45,50 € en juillet."
WINTER = "The warden says that the hut is not open in winter, but the winter room has 12 places."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The Monte Rosa hut has 120 beds.", HUT),
        ("The Monte Rosa hut lies at 2883 m.", HUT),
        ("The hut was opened in September 2009.", HUT),
        ("Une nuit coûte 45.50 EUR en juillet.", PRICE),
        ("The hut is not open in winter.", WINTER),
        ("The hut isn't open in winter.", WINTER),
        ("The winter room has twelve places.", "The winter room has 12 places."),
        ("The run began in November.", "The run began on 2026-11-20."),
        ("Beds at the Monte Rosa hut number 120.", HUT),
    ],
)
def test_what_the_sentences_say_may_be_said(claim: str, evidence: str) -> None:
    assert discords(claim, [evidence], {"beds", "une"}.__contains__) == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "discord"),
    [
        ("The Monte Rosa hut has 130 beds.", HUT, Discord.NUMBER),
        ("The Monte Rosa hut lies at 2,883 feet.", HUT, Discord.UNIT),
        ("The hut was opened in October 2009.", HUT, Discord.DATE),
        ("The hut was opened in September 2008.", HUT, Discord.NUMBER),
        ("The Britannia hut has 120 beds.", HUT, Discord.NAME),
        ("Britannia lies at 2,883 metres and has 120 beds.", HUT, Discord.NAME),
        ("The Monte Rosa hut does not have 120 beds.", HUT, Discord.NEGATION),
        ("The hut is open in winter.", WINTER, Discord.NEGATION),
        ("Une nuit coûte 54,50 € en juillet.", PRICE, Discord.NUMBER),
        ("Une nuit coûte 45,50 $ en juillet.", PRICE, Discord.UNIT),
        ("Prices fell by 4 percent.", "Prices rose by 4 percent.", Discord.OPPOSITE),
        ("Die Hütte ist im Winter offen.", "Die Hütte ist im Winter nicht offen.", Discord.NEGATION),
        ("Sleeping there is cheap and cosy for families.", HUT, Discord.UNSUPPORTED),
        ("Il n'y a pas de douche ici.", "Il y a une douche ici.", Discord.NEGATION),
    ],
)
def test_what_they_do_not_say_is_named(claim: str, evidence: str, discord: Discord) -> None:
    assert discord in discords(claim, [evidence], {"die", "il", "une", "prices", "sleeping"}.__contains__)


def test_the_negation_of_another_sentence_is_not_the_claims() -> None:
    evidence = ["Dogs are not allowed in the dormitory. The Monte Rosa hut has 120 beds."]
    assert discords("The Monte Rosa hut has 120 beds.", evidence) == ()


def test_several_quotes_support_a_claim_together() -> None:
    evidence = ["The Monte Rosa hut has 120 beds.", "The Britannia hut has 134 beds."]
    assert discords("The Monte Rosa hut has 120 beds, the Britannia hut 134 beds.", evidence) == ()
