"""Links that end a session."""

import pytest

from scraper.host_pattern import HostPattern
from scraper.session.links import is_logout, leaving
from scraper.session.plan import Login, SessionPlan
from storage.address import parse

ENDING = """
/logout /log-out /log_out.php /users/sign_out /signoff /wp-login.php?action=logout /?logout /?do=logout
/account/logoff.aspx /Special:UserLogout /index.php?title=Special:UserLogout /customer/account/logout/
/auth/logout?next=/ /session/logout.do /user-logout /logout-success /d%C3%A9connexion /abmelden /uitloggen
/oauth/end_session
"""
HARMLESS = """
/ /login /how-to-log-out-of-gmail /blog/logout-bug /catalog/out /products/log-off-grid /blogout /signout-sheet
/wiki/Logout_(film) /?q=how+to+logout
"""


@pytest.mark.parametrize("path", ENDING.split())
def test_the_shape_of_a_logout_is_known(path: str) -> None:
    assert is_logout(f"https://shop.example{path}")


@pytest.mark.parametrize("path", HARMLESS.split())
def test_pages_about_logging_out_are_pages(path: str) -> None:
    assert not is_logout(f"https://shop.example{path}")


def test_only_hosts_of_sessions_are_looked_at_and_their_login_is_no_page() -> None:
    login = Login("https://shop.example/in?a=1", (("user", "x"),))
    plan = SessionPlan((HostPattern.of("shop.example"),), login=login)
    leaves = leaving([plan])
    said = {
        url: leaves(parse(url))
        for url in (
            "https://shop.example/logout",
            "http://shop.example/logout",
            "https://shop.example/in?next=/a",
            "https://shop.example/in/side",
            "https://other.example/logout",
        )
    }
    assert list(said.values()) == [True, True, True, False, False]
