"""Reading PDFs: pages, paragraphs, what runs along, what a document says of itself, what cannot be read."""

import pytest

from scraper.documents.pdf import read_pdf
from scraper.documents.reading import PAGE_BREAK, Reading, Room
from tests.scraper.documents.pdf_maker import Sheet, encrypted, pdf

STORY = (
    "The workshop was founded by two sisters who had learned their trade in",
    "Cremona. They repaired instruments for travelling players, and their con-",
    "sideration for old varnish made them known far beyond the valley.",
)


def read(*sheets: Sheet, facts: dict[str, str] | None = None, language: str = "") -> Reading:
    return read_pdf(pdf(sheets, facts, language), Room(10))


def pages_of(reading: Reading) -> list[str]:
    return [page.strip() for page in reading.text.split(PAGE_BREAK)]


def test_lines_of_a_paragraph_are_one_line_and_parted_words_are_whole() -> None:
    assert read(Sheet(STORY)).text == (
        "The workshop was founded by two sisters who had learned their trade in Cremona. They repaired "
        "instruments for travelling players, and their consideration for old varnish made them known far "
        "beyond the valley."
    )


def test_a_word_keeps_its_own_hyphen() -> None:
    lines = (
        "It is a well-known rule that a line may end inside of a well-",
        "known word, or before Ann-",
        "Marie.",
    )
    assert read(Sheet(lines)).text.endswith("inside of a well-known word, or before Ann-Marie.")


def test_a_gap_parts_paragraphs() -> None:
    reading = read(
        Sheet((*STORY, None, "A second paragraph begins after the gap, and it stands for itself."))
    )
    assert reading.text.count("\n\n") == 1
    assert reading.text.endswith(
        "beyond the valley.\n\nA second paragraph begins after the gap, and it stands for itself."
    )


def test_a_page_break_stands_between_two_pages_also_empty_ones() -> None:
    reading = read(Sheet(("First page says one thing.",)), Sheet(), Sheet(("Third page says another.",)))
    assert pages_of(reading) == ["First page says one thing.", "", "Third page says another."]


def test_a_sentence_goes_on_over_the_page_break() -> None:
    reading = read(
        Sheet(("The last line of this page has no end because the con-",)),
        Sheet(("sideration goes on here. A new sentence follows.",)),
    )
    assert reading.text == (
        f"The last line of this page has no end because the consideration{PAGE_BREAK}goes on here."
        " A new sentence follows."
    )
    assert "consideration goes on here" in reading.markdown
    assert PAGE_BREAK not in reading.markdown


def test_what_runs_along_is_left_out() -> None:
    sheets = [
        Sheet((f"Report 2026 - page {number}", None, f"Chapter {word} tells its story.", None, "Secret"))
        for number, word in enumerate(("one", "two", "three", "four"), start=1)
    ]
    assert pages_of(read(*sheets)) == [
        f"Chapter {word} tells its story." for word in ("one", "two", "three", "four")
    ]


def test_large_words_are_headings_and_the_first_is_the_title() -> None:
    reading = read(
        Sheet((("Care of violins", 22), None, None, *STORY, None, ("Strings", 15), None, STORY[0]))
    )
    assert reading.title == "Care of violins"
    assert reading.markdown.startswith("# Care of violins\n\nThe workshop")
    assert "\n\n## Strings\n\n" in reading.markdown


def test_a_document_says_who_wrote_it_and_when() -> None:
    facts = {
        "Title": "A manual",
        "Author": "Ann Maker",
        "CreationDate": "D:20240501120000Z",
        "ModDate": "D:20240601",
    }
    reading = read(Sheet(STORY), facts=facts, language="en-GB")
    assert (reading.title, reading.author, reading.language) == ("A manual", "Ann Maker", "en-gb")
    assert (reading.published, reading.modified) == ("2024-05-01", "2024-06-01")


@pytest.mark.parametrize("title", ["Microsoft Word - draft7.doc", "untitled", "report_final.indd", "x"])
def test_a_title_that_a_program_wrote_is_none(title: str) -> None:
    reading = read(Sheet((("Care of violins", 22), None, None, *STORY)), facts={"Title": title})
    assert reading.title == "Care of violins"


def test_links_lead_to_where_their_actions_point() -> None:
    reading = read(Sheet(STORY, links=("https://example.org/a?b=1&c=2", "/relative")))
    assert '<a href="https://example.org/a?b=1&amp;c=2">The workshop was founded' in reading.html
    assert '<a href="/relative">' in reading.html


def test_without_its_text_a_document_still_says_where_it_leads() -> None:
    reading = read_pdf(pdf([Sheet(STORY, links=("https://example.org/a",))]), Room(10), reads_text=False)
    assert (reading.reason, reading.text) == ("unread", "")
    assert "https://example.org/a" in reading.html


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (encrypted(), "encrypted"),
        (b"%PDF-1.7\nnothing else", "damaged"),
        (pdf([Sheet(STORY)])[:300], "damaged"),
        (pdf([Sheet(picture=True)]), "scanned"),
        (pdf([Sheet()]), "no_text"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, reason: str) -> None:
    reading = read_pdf(body, Room(10))
    assert (reading.reason, reading.text.strip()) == (reason, "")


def test_a_document_without_its_table_of_places_is_mended() -> None:
    body = pdf([Sheet(STORY)])
    assert "consideration" in read_pdf(body[: body.rindex(b"xref")], Room(10)).text


def test_a_long_document_is_read_as_far_as_there_is_room() -> None:
    body = pdf([Sheet((f"Page number {number} says something.", "It ends.")) for number in range(50)])
    reading = read_pdf(body, Room(10, characters=300))
    assert reading.reason == "text_cut"
    assert "Page number 3 says" in reading.text
    assert "Page number 40 says" not in reading.text
    assert read_pdf(body, Room(-1)).reason == "text_cut"
