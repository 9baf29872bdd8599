"""The names of the months in many languages, as they stand in dates."""

from scraper.selection.word_lists import word_lists

# One name, two months: by the language of the page.
_OTHERWISE = {
    "hr": {"listopad": 10, "listopada": 10, "srpanj": 7, "srpnja": 7, "lipanj": 6, "lipnja": 6},
    "cs": {"listopad": 11, "listopadu": 11},
}

MONTHS: dict[str, int] = {}
for _number, _, _words in word_lists("months.txt"):
    for _word in _words:
        MONTHS.setdefault(_word, int(_number))
MONTHS["listopad"] = MONTHS["listopada"] = 11  # Polish and Czech; Croatian has its own reading


def month_of(name: str, language: str) -> int:
    """The number of the month that a word names there, or 0."""
    word = name.lower().rstrip(".")
    return _OTHERWISE.get(language, {}).get(word) or MONTHS.get(word, 0)
