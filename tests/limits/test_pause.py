"""The pause as a value."""

from exec_api_client import RateLimitError
from exec_api_client.limits.pause import PROBE, Pause, extend, over, probing

SHORT, LONG = (Pause(until, RateLimitError("x"), False) for until in (10.0, 20.0))


def test_of_two_pauses_the_one_that_ends_later_holds() -> None:
    assert extend(None, SHORT) is SHORT
    assert extend(SHORT, LONG) is LONG
    assert extend(LONG, SHORT) is LONG


def test_only_the_answer_to_a_request_that_knew_of_a_pause_ends_it() -> None:
    assert over(SHORT, SHORT)
    assert over(probing(SHORT, 30.0), SHORT)
    assert not over(LONG, SHORT)
    assert not over(SHORT, None)
    assert not over(None, SHORT)


def test_while_one_looks_the_others_wait() -> None:
    assert probing(LONG, 30.0) == Pause(30.0 + PROBE, LONG.cause, False)
