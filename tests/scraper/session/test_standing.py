"""The states of a session, and when it may log in."""

from scraper.session.standing import MOST_FAILURES, WINDOW_SECONDS, Phase, Standing


def test_a_session_goes_round_as_often_as_its_site_wants() -> None:
    standing = Standing()
    for now in range(100):
        assert standing.may_log_in(now)
        standing = standing.began()
        assert standing.phase is Phase.LOGGING_IN
        standing = standing.logged_in()
        assert standing.phase is Phase.LOGGED_IN
        standing = standing.helped().expired()
        assert standing.phase is Phase.EXPIRED
    assert standing.logins == 100


def test_a_first_login_that_is_rejected_is_never_tried_again() -> None:
    standing = Standing().began().rejected(0.0)
    assert standing.phase is Phase.FAILED
    assert not standing.may_log_in(0.0)
    assert not standing.may_log_in(1e9)


def test_a_login_that_worked_before_is_tried_a_few_times_and_later_again() -> None:
    standing = Standing().began().logged_in()
    for now in range(MOST_FAILURES):
        assert standing.may_log_in(now)
        standing = standing.began().rejected(float(now))
    assert not standing.may_log_in(MOST_FAILURES)
    assert standing.may_log_in(MOST_FAILURES + WINDOW_SECONDS)


def test_a_site_that_does_not_answer_says_nothing_of_the_password() -> None:
    standing = Standing().began().unreachable(0.0)
    assert standing.phase is Phase.FAILED
    assert standing.may_log_in(1.0)
    standing = standing.unreachable(1.0).unreachable(2.0)
    assert not standing.may_log_in(3.0)
    assert standing.may_log_in(3.0 + WINDOW_SECONDS)


def test_logins_that_change_nothing_are_bounded_and_one_that_helps_forgives_them() -> None:
    standing = Standing().logged_in().useless(0.0).useless(1.0)
    assert standing.phase is Phase.LOGGED_IN
    assert not standing.useless(2.0).may_log_in(3.0)
    assert standing.helped().useless(2.0).may_log_in(3.0)


def test_what_is_remembered_of_failures_does_not_grow() -> None:
    standing = Standing().logged_in()
    for now in range(1000):
        standing = standing.useless(float(now))
    assert len(standing.failures) <= MOST_FAILURES + 1
