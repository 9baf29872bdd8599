import pytest

from scraper.agent import product_token


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("Tandem/0.1 (+https://example.org/bot)", "Tandem"),
        ("tandem", "tandem"),
        ("my-bot_x/2.0 extra", "my-bot_x"),
        ("Bot2000/1.0", "Bot"),  # the tokens of robots files hold letters, - and _ only
        ("Mozilla/5.0 (compatible; TandemBot/1.0; +https://example.org)", "TandemBot"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36", "Mozilla"),
        ("Mozilla/5.0 (compatible; Gecko) ", "Mozilla"),
        ("  Spaced/1", "Spaced"),
        ("", ""),
        ("(nothing)", ""),
        ("1234", ""),
    ],
)
def test_the_product_token_is_the_name_a_crawler_answers_to(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token
