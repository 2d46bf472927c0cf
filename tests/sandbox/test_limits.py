"""The quota on virtual time, for each kind of window."""

import math
from collections.abc import Callable
from typing import Any, get_args

import pytest

from exec_api_client.sandbox import Limits, Sandbox
from exec_api_client.sandbox.limits import Limiter, WindowKind

from .conftest import Clock, request

KINDS = get_args(WindowKind)


def run(limits: Limits, clock: Clock) -> Callable[[], Any]:
    sandbox = Sandbox(sessions=1, limits=limits, clock=clock)
    return lambda: sandbox.handle(request("/sessions"))


def test_as_published_by_default(clock: Clock) -> None:
    sandbox = Sandbox(sessions=1, clock=clock)
    assert sandbox.limits == Limits(requests=60, per=60.0, per_day=1000)
    answers = [sandbox.handle(request("/sessions")) for _ in range(61)]
    assert [answer.status for answer in answers] == [200] * 60 + [429]
    assert answers[-1].json() == {
        "error": {
            "type": "rate_limit_error",
            "code": "rate_limit_exceeded",
            "message": "Rate limit exceeded: 60 requests per minute",
        },
        "retry_after": 60,
    }
    assert answers[-1].headers == {"content-type": "application/json"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count_rejected", [False, True])
def test_who_waits_as_told_is_let_through(kind: WindowKind, count_rejected: bool, clock: Clock) -> None:
    ask = run(Limits(requests=5, per=60, window=kind, count_rejected=count_rejected), clock)
    rejected = 0
    for _ in range(40):
        answer = ask()
        if answer.status == 429:
            rejected += 1
            clock.now += answer.json()["retry_after"]
            if count_rejected and kind != "fixed":
                clock.now += 60  # the rejection itself counts
            assert ask().status == 200
        clock.now += 0.25
    assert rejected >= 3


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("fixed", 59), ("sliding_log", 59), ("token_bucket", 29), ("sliding_counter", 89)],
)
def test_how_long_each_kind_makes_one_wait(kind: WindowKind, expected: int, clock: Clock) -> None:
    ask = run(Limits(requests=2, window=kind), clock)
    assert [ask().status for _ in range(2)] == [200, 200]
    clock.now += 1
    assert ask().json()["retry_after"] == expected


def test_whether_rejected_requests_count(clock: Clock) -> None:
    for count_rejected, status in ((False, 200), (True, 429)):
        ask = run(Limits(requests=1, window="sliding_log", count_rejected=count_rejected), clock)
        ask()
        clock.now += 59
        assert ask().status == 429
        clock.now += 2
        assert ask().status == status


def test_phase(clock: Clock) -> None:
    ask = run(Limits(requests=1, phase=45.0), clock)
    assert ask().status == 200
    assert ask().json()["retry_after"] == 15
    clock.now += 15
    assert ask().status == 200


def test_where_and_in_what_unit_the_wait_is_told(clock: Clock) -> None:
    ask = run(Limits(requests=1, per=1.5, retry_after_in="error", retry_after_unit="milliseconds"), clock)
    ask()
    clock.now += 0.2496
    body = ask().json()
    assert "retry_after" not in body
    assert body["error"]["retry_after"] == 1251
    assert body["error"]["message"] == "Rate limit exceeded: 1 requests per 1.5 seconds"


def test_the_day_has_its_own_limit(clock: Clock) -> None:
    ask = run(Limits(requests=None, per_day=3), clock)
    clock.now += 3600
    assert [ask().status for _ in range(4)] == [200, 200, 200, 429]
    answer = ask().json()
    assert answer["error"]["message"] == "Rate limit exceeded: 3 requests per day"
    assert answer["retry_after"] == 23 * 3600
    clock.now += 23 * 3600
    assert ask().status == 200


def test_both_limits_agree_or_none_counts(clock: Clock) -> None:
    ask = run(Limits(requests=2, per_day=3), clock)
    assert [ask().status for _ in range(9)] == [200, 200] + [429] * 7
    clock.now += 60
    assert [ask().status for _ in range(2)] == [200, 429]  # rejections have cost the day nothing
    assert "per day" in ask().json()["error"]["message"]


def test_off(clock: Clock) -> None:
    for limits in (None, Limits(requests=None, per_day=None)):
        sandbox = Sandbox(sessions=1, limits=limits, clock=clock)
        assert {sandbox.handle(request("/sessions")).status for _ in range(1100)} == {200}


def test_setting_them_starts_afresh(clock: Clock) -> None:
    sandbox = Sandbox(sessions=1, limits=Limits(requests=1), clock=clock)
    statuses = [sandbox.handle(request("/sessions")).status for _ in range(2)]
    sandbox.limits = Limits(requests=1)
    statuses.append(sandbox.handle(request("/sessions")).status)
    sandbox.limits = None
    statuses += [sandbox.handle(request("/sessions")).status for _ in range(2)]
    assert statuses == [200, 429, 200, 200, 200]


def test_what_counts(clock: Clock) -> None:
    """Anything with the right key counts, also what is wrong; nothing else does."""
    sandbox = Sandbox(sessions=1, limits=Limits(requests=2), clock=clock)
    wrong_key = request("/sessions")
    wrong_key = type(wrong_key)("GET", wrong_key.path, "", {"authorization": "Bearer exec_live_no"})
    sandbox.fail_next(status=503)
    asked = [request("/nothing"), wrong_key, wrong_key, request("/sessions", "page=0"), request("/sessions")]
    statuses = [sandbox.handle(request("/sessions")).status]
    statuses += [sandbox.handle(each).status for each in asked]
    assert statuses == [503, 404, 401, 401, 400, 429]


@pytest.mark.parametrize(
    "wrong",
    [{"requests": 0}, {"per_day": -1}, {"per": 0}, {"per": math.inf}, {"per": math.nan}, {"phase": -1}],
)
def test_numbers_without_meaning(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)


def test_windows_start_full_of_room_at_any_reading_of_the_clock() -> None:
    for kind in KINDS:
        for start in (0.0, 59.999, 1e9 + 0.1):
            limiter = Limiter(Limits(requests=60, window=kind), Clock(start))
            assert [limiter.admit() for _ in range(60)] == [None] * 60
            assert limiter.admit() is not None
