"""No exception holds a key."""

import logging
import pickle
import traceback

import httpx
import pytest

from exec_api_client import APIError, APITimeoutError, ConfigurationError
from tests.causes import causes
from tests.errors.kinds import error_of
from tests.fakes import KEY, Api, refusal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Invalid key {KEY}.", "Invalid key [key]."),
        (f"{KEY},{KEY}", "[key],[key]"),
        ("exec_live_x", "[key]"),
        ("Bearer tokens", "Bearer tokens"),
    ],
)
def test_whatever_looks_like_a_key_is_replaced(text: str, shown: str) -> None:
    assert str(ConfigurationError(text)) == shown
    assert error_of({"error": text}).message == shown
    assert error_of(raw=text.encode()).message == shown


def shown(error: BaseException) -> str:
    """All that a log, a pickle or a curious tool could get out of an exception."""
    parts = [repr(error), str(error), repr(error.__dict__), repr(pickle.loads(pickle.dumps(error)).__dict__)]
    return " ".join([*parts, *traceback.format_exception(error)])


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("slow"),
        httpx.LocalProtocolError("bad header"),
        *(refusal(401, **{field: f"Invalid: {KEY}"}) for field in ("type", "code", "message")),
        refusal(429, message=f"Too many with {KEY}"),
        httpx.Response(200, text=f"Authorization: Bearer {KEY}"),
        httpx.Response(503, headers={"x-echo": KEY, "x-request-id": KEY}),
    ],
)
async def test_no_failure_of_a_call_holds_the_key(
    answer: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "exec_api_client")
    async with Api(answer).client() as client:
        with pytest.raises(APIError) as caught:
            await client.sessions.get("x")
    assert KEY not in shown(caught.value)
    for error in causes(caught.value):
        assert KEY not in "".join(traceback.format_exception(error))
    assert KEY not in caplog.text
    assert KEY not in repr([record.__dict__ for record in caplog.records])


async def test_what_lies_behind_a_failure_does_not_hold_the_key_either() -> None:
    async with Api(httpx.ReadTimeout("slow")).client() as client:
        with pytest.raises(APITimeoutError) as caught:
            await client.sessions.get("x")
    requests = [vars(error)["_request"] for error in causes(caught.value) if "_request" in vars(error)]
    assert requests
    assert set(requests) == {None}
