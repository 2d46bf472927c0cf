"""The quota on virtual time, for each kind of window."""

from collections.abc import Callable
from typing import Any, get_args

import pytest

from exec_api_client.sandbox import Limits, Request, Sandbox
from exec_api_client.sandbox.limits import WindowKind

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


@pytest.mark.parametrize(
    ("window", "sent"),
    [
        # 2 requests in 10 s; asked every second from second 7.
        ("fixed", [7, 8, 10, 11, 20, 21]),
        ("sliding_log", [7, 8, 17, 18]),
        ("token_bucket", [7, 8, 12, 17, 22]),
        ("sliding_counter", [7, 8, 15, 20]),
    ],
)
def test_each_kind_is_what_its_name_says(window: WindowKind, sent: list[int]) -> None:
    clock = Clock()
    ask = run(Limits(requests=2, per=10.0, window=window), clock)
    start, allowed = clock.now, list[int]()
    for second in range(7, 23):
        clock.now = start + second
        answer = ask()
        if answer.status == 200:
            allowed.append(second)
        else:
            free = second + answer.json()["retry_after"]
            assert free == min((each for each in sent if each > second), default=free)
    assert allowed == sent
