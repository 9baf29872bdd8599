import pytest

from scraper.relevance.words import naming_terms, stem, terms


@pytest.mark.parametrize(
    "forms",
    [
        ("grinder", "grinders", "grinding", "grind"),
        ("repair", "repairs", "repaired", "repairing"),
        ("story", "stories"),
        ("Wohnung", "Wohnungen"),
        ("machine", "machines"),
        ("casa", "casas"),
        ("violin", "violins"),
        ("energy", "energies"),
        ("muhle", "muhlen"),
    ],
)
def test_forms_of_a_word_share_their_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form.casefold()) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("ground", "grind"), ("coffee", "cocoa"), ("bus", "business")])
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_short_words_lose_nothing_but_a_plural() -> None:
    assert [stem(word) for word in ("cars", "sea", "gas", "glass", "wine", "aaaaaa")] == [
        *("car", "sea", "gas", "glass", "wine", "aaaa")
    ]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How do I choose a good coffee grinder?", ("choos", "coff", "grind")),
        ("Welche Kaffeemühlen gibt es?", ("kaffeemuhl",)),
        ("¿Cuáles son las mejores bicicletas?", ("mejor", "biciclet")),
        ("violin VIOLIN violins", ("violin",)),
        ("what is it", ("what", "is", "it")),
        ("?!", ()),
        ("", ()),
    ],
)
def test_questions_are_asked_with_words_that_name_nothing(question: str, named: tuple[str, ...]) -> None:
    assert naming_terms(question) == named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京都", ["東京", "京都"]),
        ("猫", ["猫"]),
        ("커피 그라인더", ["커피", "그라", "라인", "인더"]),
        ("ไทย", ["ไท", "ทย"]),
        ("iPhone用ケース", ["iphon", "用ケ", "ケー", "ース"]),
    ],
)
def test_scripts_without_spaces_are_read_in_pairs(text: str, expected: list[str]) -> None:
    assert list(terms(text)) == expected


def test_accents_and_widths_make_no_difference() -> None:
    assert list(terms("Café ＣＡＦＥ cafe\u0301")) == ["cafe"] * 3
