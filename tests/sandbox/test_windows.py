"""Each kind of window against its definition."""

import math
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exec_api_client.sandbox.limits import WindowKind, make_window
from exec_api_client.sandbox.windows import Window

KINDS = get_args(WindowKind)


def oracle(kind: str, requests: int, per: float, sent: list[float], now: float) -> bool:
    """Whether a request would be let through, straight from the definition of the window."""
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
    rng, window, sent, now = Random(seed), make_window(kind, requests, 8.0), list[float](), 0.0
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


def test_windows_are_windows() -> None:
    windows: list[Window] = [make_window(kind, 1, 1.0) for kind in KINDS]
    assert [window.wait(0.0) for window in windows] == [0.0] * 4
