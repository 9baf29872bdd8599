from scraper.render.answers import FIRST_CHECK, LONGEST_MISS, MOST_TRIES, Answer, Answers, Sight
from scraper.render.template import Key

KEY = Key("shop.test", "shop.test/item/*", 1, 1)
LABELS = frozenset({"price", "material"})


def words(number: int) -> frozenset[str]:
    return frozenset(f"word{number}x{place}" for place in range(40))


def url(number: int) -> str:
    return f"https://shop.test/item/{number}"


def answer(number: int, told: frozenset[object] | None = None, path: str = "/api/{}") -> Answer:
    value = ("thing", 0, "sku", f'"{number}"')
    names = frozenset({"title", "sku"})
    said = words(number) if told is None else told
    return Answer(f"https://shop.test{path.format(number)}", said, frozenset({value}), frozenset(), names)


def sight(number: int, *answers: Answer) -> Sight:
    value = ("thing", 0, "sku", f'"{number}"')
    return Sight(url(number), words(number) | LABELS, frozenset({value}), frozenset(), answers)


def shown(answers: Answers, one: Sight | None) -> None:
    answers.begins(KEY)
    answers.ends(KEY, one)


def proven() -> Answers:
    answers = Answers()
    shown(answers, sight(1, answer(1)))
    shown(answers, sight(2, answer(2)))
    return answers


def asked(answers: Answers, number: int) -> str:
    found = answers.asked(KEY, url(number))
    return found.url if found else ""


def test_two_pages_prove_where_the_answers_are_and_one_does_not() -> None:
    answers = Answers()
    shown(answers, sight(1, answer(1)))
    assert asked(answers, 3) == ""
    shown(answers, sight(1, answer(1)))  # the same page again is no further proof
    assert asked(answers, 3) == ""
    shown(answers, sight(2, answer(2)))
    assert asked(answers, 3) == "https://shop.test/api/3"


def test_of_several_answers_the_one_that_holds_the_page_is_asked_for() -> None:
    answers = Answers()
    for number in (1, 2):
        others = answer(number, frozenset({"stars"}), "/reviews/{}"), answer(number, words(9), "/menu?for={}")
        shown(answers, sight(number, *others, answer(number)))
    assert asked(answers, 3) == "https://shop.test/api/3"


def test_an_answer_that_holds_all_pages_is_of_none() -> None:
    answers = Answers()
    everything = words(1) | words(2) | LABELS
    for number in (1, 2):
        one = answer(number, everything)
        both = frozenset(("thing", 0, "sku", f'"{each}"') for each in (1, 2))
        shown(answers, sight(number, one._replace(values=both)))
    assert asked(answers, 3) == ""


def test_pages_that_say_the_same_prove_nothing() -> None:
    answers = Answers()
    for number in (1, 2):
        same = sight(number, answer(number, words(0)))
        shown(answers, same._replace(words=words(0), values=frozenset()))
    assert asked(answers, 3) == ""


def test_an_answer_without_a_wanted_value_or_a_link_or_most_words_does_not_do() -> None:
    lacking = [
        lambda one: one._replace(values=frozenset()),
        lambda one: one._replace(words=frozenset(list(one.words)[:30])),
        lambda one: one,
    ]
    for number, lacks in enumerate(lacking):
        answers = Answers()
        for page in (1, 2):
            seen = sight(page, lacks(answer(page)))
            links: frozenset[object] = frozenset({b"next" + bytes([page])}) if number == 2 else frozenset()
            shown(answers, seen._replace(links=links))
        assert asked(answers, 3) == "", number


def test_links_of_all_pages_need_not_be_in_answers() -> None:
    answers = Answers()
    for page in (1, 2):
        shown(answers, sight(page, answer(page))._replace(links=frozenset({b"menu"})))
    assert asked(answers, 3)


def test_words_of_all_pages_may_be_missing_as_long_as_they_are_not_the_most() -> None:
    answers = Answers()
    for page in (1, 2):
        seen = sight(page, answer(page))
        shown(answers, seen._replace(words=seen.words | words(77) | words(78)))
    assert asked(answers, 3) == ""


def test_others_wait_while_a_rendering_may_show_that_they_need_none() -> None:
    answers = Answers()
    assert not answers.waits(KEY)
    assert answers.begins(KEY)
    assert answers.waits(KEY)
    answers.ends(KEY, sight(1, answer(1)))
    answers.begins(KEY)
    assert answers.waits(KEY)
    answers.ends(KEY, sight(2, answer(2)))
    answers.begins(KEY)
    assert not answers.waits(KEY)


def test_nobody_waits_where_no_page_asks_for_an_answer_and_at_last_nobody_looks() -> None:
    answers = Answers()
    for number in range(MOST_TRIES):
        assert answers.begins(KEY)
        assert number == 0 or not answers.waits(KEY)
        answers.ends(KEY, sight(number))
    assert not answers.begins(KEY)


def test_a_page_is_shown_now_and_then_and_ever_more_rarely() -> None:
    answers, shows = proven(), []
    for number in range(10, 400):
        if asked(answers, number):
            answers.answered(KEY)
        else:
            shows.append(number)
            shown(answers, sight(number, answer(number)))
    assert [one - 10 for one in shows] == [FIRST_CHECK, 4 * FIRST_CHECK + 1, 16 * FIRST_CHECK + 2]


def test_a_check_that_finds_another_page_ends_it() -> None:
    answers = proven()
    shown(answers, sight(5, answer(5, words(6))))
    assert asked(answers, 7) == ""
    assert not answers.begins(KEY)


def test_a_check_that_the_browser_does_not_end_says_nothing() -> None:
    answers = proven()
    for _ in range(FIRST_CHECK):
        answers.answered(KEY)
    assert asked(answers, 7) == ""
    shown(answers, None)
    assert asked(answers, 7)


def test_answers_that_miss_in_a_row_are_asked_for_no_more() -> None:
    answers = proven()
    for _ in range(LONGEST_MISS - 1):
        answers.missed(KEY)
    answers.answered(KEY)
    for _ in range(LONGEST_MISS - 1):
        answers.missed(KEY)
    assert asked(answers, 7)
    answers.missed(KEY)
    assert asked(answers, 7) == ""


def test_a_page_that_lacks_what_its_answer_lacks_is_no_miss_and_its_like_is_expected() -> None:
    answers = proven()
    for number in range(10, 10 + 2 * LONGEST_MISS):
        answers.missed(KEY)
        lacking = answer(number)._replace(values=frozenset(), names=frozenset({"title"}))
        shown(answers, sight(number, lacking)._replace(values=frozenset()))
    found = answers.asked(KEY, url(7))
    assert found is not None
    assert found.rule.fields == frozenset()
    assert found.rule.names == {"title"}


def test_what_may_not_be_asked_for_is_not_asked_for_again() -> None:
    answers = proven()
    answers.missed(KEY, is_final=True)
    assert asked(answers, 7) == ""


def test_a_page_that_fits_no_rule_is_shown_and_may_give_one() -> None:
    key, answers = Key("shop.test", "shop.test/*/*", 1, 1), Answers()

    def seen(group: str, number: int) -> Sight:
        one = sight(number, answer(number, path=f"/api/{group}/{{}}"))
        return one._replace(url=f"https://shop.test/{group}/{number}")

    for one in (seen("c1", 1), seen("c1", 2)):
        answers.begins(key)
        answers.ends(key, one)
    assert answers.asked(key, "https://shop.test/c2/3") is None
    answers.begins(key)
    answers.ends(key, seen("c2", 3))
    found = answers.asked(key, "https://shop.test/c5/4")
    assert found is not None
    assert found.url == "https://shop.test/api/c5/4"
