"""The parts of the sandbox together: hook, faults, limits and latency."""

from exec_api_client.sandbox import Limits, Request, Sandbox

from .conftest import Clock, request


def test_latency_is_part_of_the_delivery(sandbox: Sandbox) -> None:
    sandbox.latency = 0.5
    assert sandbox.exchange(request("/sessions")).delay == 0.5
    sandbox.fail_next(delay=2)
    assert sandbox.exchange(request("/sessions")).delay == 2.5
    sandbox.latency = lambda each: 3.0 if "page=2" in each.query else 0.0
    assert [sandbox.exchange(request("/sessions", page=n)).delay for n in (1, 2)] == [0.0, 3.0]


def test_the_hook_sees_each_request_before_it_is_answered(sandbox: Sandbox) -> None:
    seen: list[str] = []

    def hook(each: Request) -> None:
        seen.append(each.query)
        sandbox.add_session()

    sandbox.before_request = hook
    sandbox.fail_next(status=500)
    answers = [sandbox.handle(request("/sessions", page_size=n)) for n in (1, 2)]
    assert answers[1].json()["pagination"]["total_count"] == 402
    assert seen == ["page_size=1", "page_size=2"]


def test_a_failed_connection_is_counted_unless_it_was_refused(clock: Clock) -> None:
    sandbox = Sandbox(sessions=1, limits=Limits(requests=4), clock=clock)
    for connection in ("refused", "dropped", "truncated", "reset"):
        sandbox.fail_next(connection=connection)
        sandbox.handle(request("/sessions"))
    assert [sandbox.handle(request("/sessions")).status for _ in range(2)] == [200, 429]
