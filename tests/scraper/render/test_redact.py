import pytest

from scraper.render.redact import without_secrets
from scraper.render.words import Action, Captured, Rendered

SECRET = 'hunter2 & "co"/é'  # noqa: S105 - the word that is looked for
FILL = Action("fill", "#password", SECRET, is_secret=True)


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        "hunter2 &amp; &quot;co&quot;/é",
        'hunter2 &amp; "co"/é',
        "hunter2%20%26%20%22co%22/%C3%A9",
        "hunter2+%26+%22co%22%2F%C3%A9",
        "hunter2%20%26%20%22co%22%2F%C3%A9",
        'hunter2 & \\"co\\"/\\u00e9',
        'hunter2 & \\"co\\"/é',
    ],
)
def test_a_secret_is_taken_out_in_every_spelling(written: str) -> None:
    page = Rendered(
        html=f'<input value="{written}"><p>{written}</p>',
        url=f"http://a.test/?q={written}",
        detail=f"said {written}",
        captured=(Captured(f"http://a.test/?q={written}", 200, "application/json", f"[{written}]".encode()),),
    )
    clean = without_secrets(page, [Action("repeat", steps=(FILL,))])
    assert "hunter2" not in repr(clean)
    assert clean.html == '<input value="redacted"><p>redacted</p>'
    assert clean.captured[0].body == b"[redacted]"


def test_what_is_no_secret_stays() -> None:
    page = Rendered(html="<p>lamp</p>")
    assert without_secrets(page, [Action("fill", "#q", "lamp")]) is page
