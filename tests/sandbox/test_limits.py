"""The quota on virtual time, for each kind of window."""

import math
from collections.abc import Callable
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exec_api_client.sandbox import Limits, Request, Sandbox
from exec_api_client.sandbox.limits import WINDOWS, WindowKind

from .conftest import Clock, request

KINDS = get_args(WindowKind)


def run(limits: Limits | None, clock: Clock) -> Callable[[], Any]:
    sandbox = Sandbox(sessions=1, limits=limits, clock=clock)
    return lambda: sandbox.handle(request("/sessions"))


@pytest.mark.parametrize("start", [0.0, 59.999, 1e9 + 0.1])
def test_as_published_by_default(start: float) -> None:
    sandbox = Sandbox(sessions=1, clock=Clock(start))
    answers = [sandbox.handle(request("/sessions")) for _ in range(61)]
    assert [answer.status for answer in answers] == [200] * 60 + [429]
    message = "Rate limit exceeded: 60 requests per minute"
    error = {"type": "rate_limit_error", "code": "rate_limit_exceeded", "message": message}
    assert answers[-1].json() == {"error": error, "retry_after": 60}


def test_the_day_has_its_own_limit_and_rejections_cost_nothing(clock: Clock) -> None:
    ask = run(Limits(requests=2, per_day=3), clock)
    assert [ask().status for _ in range(9)] == [200, 200] + [429] * 7
    clock.now += 3600
    assert [ask().status for _ in range(2)] == [200, 429]
    answer = ask().json()
    assert answer["error"]["message"] == "Rate limit exceeded: 3 requests per day"
    assert answer["retry_after"] == 23 * 3600
    clock.now += 23 * 3600
    assert ask().status == 200


def test_rejected_requests_can_count(clock: Clock) -> None:
    for count_rejected, status in ((False, 200), (True, 429)):
        ask = run(Limits(requests=1, window="sliding_log", count_rejected=count_rejected), clock)
        ask()
        clock.now += 59
        assert ask().status == 429
        clock.now += 2
        assert ask().status == status


def test_setting_the_limits_starts_again_and_none_is_no_limit(clock: Clock) -> None:
    sandbox = Sandbox(sessions=1, limits=Limits(requests=1), clock=clock)
    statuses: list[int] = []
    for limits in (Limits(requests=1, per=1.5), None, Limits(requests=None, per_day=None)):
        statuses += [sandbox.handle(request("/sessions")).status for _ in range(2)]
        sandbox.limits = limits
    statuses += [sandbox.handle(request("/sessions")).status for _ in range(1100)]
    assert statuses == [200, 429, 200, 429, 200, 200] + [200] * 1100


def test_every_request_with_the_right_key_counts(clock: Clock) -> None:
    sandbox = Sandbox(sessions=1, limits=Limits(requests=2), clock=clock)
    wrong_key = Request("GET", "/rest/v1/sessions", "", {"authorization": "Bearer exec_live_no"})
    sandbox.fail_next(status=503)
    asked = [request("/sessions"), request("/nothing"), wrong_key, request("/sessions", "page=0")]
    statuses = [sandbox.handle(each).status for each in [*asked, request("/sessions")]]
    assert statuses == [503, 404, 401, 400, 429]


def oracle(kind: str, requests: int, per: float, sent: list[float], now: float) -> bool:
    """Return whether there is room for a request, from the definition of the window."""
    number = math.floor(now / per)
    here = sum(math.floor(t / per) == number for t in sent)
    if kind == "fixed":
        return here < requests
    if kind == "sliding_log":
        return sum(now - t < per for t in sent) < requests
    if kind == "sliding_counter":
        before = sum(math.floor(t / per) == number - 1 for t in sent)
        return before * (1 - (now / per - number)) + here + 1 <= requests
    tokens, last = float(requests), 0.0
    for moment in [*sent, now]:
        tokens = min(requests, tokens + (moment - last) * requests / per)
        tokens, last = tokens - 1, moment
    return tokens >= 0


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), requests=st.integers(1, 7), count_rejected=st.booleans())
def test_each_kind_is_what_its_name_says(
    kind: WindowKind, seed: int, requests: int, count_rejected: bool
) -> None:
    """Times are multiples of 1/8 s, so that sums are exact and both sides see the same bounds."""
    rng, window, sent, now = Random(seed), WINDOWS[kind](requests, 8.0), list[float](), 0.0
    for _ in range(60):
        now += rng.choice((0, 1, 1, 2, 5, 30, 90)) / 8
        wait = window.wait(now)
        allowed = oracle(kind, requests, 8.0, sent, now)
        assert (wait == 0) == allowed, (now, wait, sent)
        if not allowed:
            assert wait > 0
            just_before, just_after = now + wait * (1 - 1e-6) - 1e-7, now + wait + 1e-7
            assert not oracle(kind, requests, 8.0, sent, max(now, just_before))
            assert oracle(kind, requests, 8.0, sent, just_after)
        if allowed or count_rejected:
            window.count(now)
            sent.append(now)
