"""The exceptions: their tree, how an answer becomes one, what they never hold, and pickling."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import exec_api_client
from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    Attempt,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    DailyLimitError,
    ExecError,
    InternalServerError,
    NotFoundError,
    PaginationError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    RetryPolicy,
    UnprocessableEntityError,
    errors,
)
from exec_api_client._redact import bare, redact
from exec_api_client.errors import error_fields, snippet, status_error
from tests.fakes import KEY, Api, refusal

TREE = {
    ExecError: Exception,
    ConfigurationError: ExecError,
    ClientClosedError: ExecError,
    PaginationError: ExecError,
    APIError: ExecError,
    APIConnectionError: APIError,
    APITimeoutError: APIConnectionError,
    ResponseDecodeError: APIError,
    APIStatusError: APIError,
    BadRequestError: APIStatusError,
    AuthenticationError: APIStatusError,
    PermissionDeniedError: APIStatusError,
    NotFoundError: APIStatusError,
    ConflictError: APIStatusError,
    UnprocessableEntityError: APIStatusError,
    InternalServerError: APIStatusError,
    RateLimitError: APIStatusError,
    DailyLimitError: RateLimitError,
}

STATUSES = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
    500: InternalServerError,
    502: InternalServerError,
    503: InternalServerError,
    504: InternalServerError,
    520: InternalServerError,
    599: InternalServerError,
    999: InternalServerError,
    101: APIStatusError,
    302: APIStatusError,
    304: APIStatusError,
    402: APIStatusError,
    408: APIStatusError,
    418: APIStatusError,
    451: APIStatusError,
}


def error_of(
    body: Any = None, *, status: int = 400, headers: dict[str, str] | None = None, raw: bytes | None = None
) -> APIStatusError:
    content = json.dumps(body).encode() if raw is None else raw
    return status_error("GET", "/sessions", status, headers or {}, content)


def said(error: APIStatusError) -> tuple[str | None, str | None, str]:
    return error.type, error.code, error.message


# --- the tree


def test_the_tree() -> None:
    assert {kind: kind.__bases__[0] for kind in TREE} == TREE
    assert issubclass(ConfigurationError, ValueError)


def test_the_tree_is_whole_and_public() -> None:
    defined = {
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
    }
    assert defined == set(TREE)
    assert {kind.__name__ for kind in TREE} <= set(exec_api_client.__all__)
    assert all(kind.__doc__ for kind in TREE)


# --- from an answer to an exception


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_each_status_has_its_class(status: int, kind: type[APIStatusError]) -> None:
    error = error_of(status=status)
    assert type(error) is kind
    assert error.status_code == status
    assert (error.method, error.path) == ("GET", "/sessions")


@pytest.mark.parametrize("status", [302, 418, 520])
async def test_an_odd_status_is_an_exception_of_a_call_too(status: int) -> None:
    api = Api(httpx.Response(status, text="odd"))
    async with api.client() as client:
        with pytest.raises(APIStatusError, match=f"GET /sessions/x: {status}: .*odd") as caught:
            await client.sessions.get("x")
    assert type(caught.value) is STATUSES[status]
    assert len(api.requests) == 1


def test_the_published_form() -> None:
    error = error_of(
        {"error": {"type": "invalid_request", "code": "invalid_pagination", "message": "Too far"}}
    )
    assert said(error) == ("invalid_request", "invalid_pagination", "Too far")
    assert str(error) == "GET /sessions: 400 invalid_request (invalid_pagination): Too far"


def test_the_code_may_be_absent() -> None:
    error = error_of({"error": {"type": "not_found", "message": "Session not found: x"}}, status=404)
    assert said(error) == ("not_found", None, "Session not found: x")
    assert str(error) == "GET /sessions: 404 not_found: Session not found: x"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": "broken"}, (None, None, "broken")),
        ({"error": "broken", "message": "more", "code": "c"}, (None, "c", "more")),
        ({"message": "top"}, (None, None, "top")),
        ({"error": {"code": 1234, "message": "number"}}, (None, "1234", "number")),
        ({"error": {"message": "inside"}, "type": "beside"}, ("beside", None, "inside")),
        ({"error": {"message": "", "type": "", "code": None}}, (None, None, None)),
        ({"error": {"message": ["x"], "type": {}}}, (None, None, None)),
        ({"error": ["broken"]}, (None, None, None)),
        ({"error": None}, (None, None, None)),
        ({}, (None, None, None)),
        (["broken"], (None, None, None)),
        ("broken", (None, None, None)),
        (5, (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_odd_bodies(body: Any, expected: tuple[str | None, str | None, str | None]) -> None:
    message = expected[2] or json.dumps(body)  # where there is no message, the body is shown
    assert said(error_of(body)) == (*expected[:2], message)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "no message"),
        (b"  \n ", "no message"),
        (b"<html>\r\n<h1>502 Bad Gateway</h1>\r\n</html>", "<html> <h1>502 Bad Gateway</h1> </html>"),
        (b'{"error": {"message": "cut', '{"error": {"message": "cut'),
        (b'\xef\xbb\xbf{"error": {"message": "marked"}}', "marked"),
        (b"\xff\xfe\xfd", "\ufffd\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 197 + "..."),
        (b"x" * 300, "x" * 197 + "..."),
        (b"x" * 200, "x" * 200),
        (b" " * 700 + b"x" * 300, "x" * 100),  # no more than the first 800 bytes are looked at
    ],
)
def test_bodies_that_are_no_json(raw: bytes, message: str) -> None:
    assert said(error_of(raw=raw, status=502)) == (None, None, message)


def test_a_redirect_points_to_the_base_url() -> None:
    redirects = [status for status in (299, 300, 399, 400) if "redirects" in error_of(status=status).message]
    assert redirects == [300, 399]
    assert error_of(raw=b"", status=301).message == (
        "the server redirects, which is not followed; check base_url (no message)"
    )


def test_headers_are_kept_without_cookies_and_keys() -> None:
    headers = {"x-request-id": "r1", "set-cookie": "secret", "x-echo": f"Bearer {KEY}"}
    assert error_of(headers=headers).headers == {"x-request-id": "r1", "x-echo": "Bearer [key]"}
    assert APIStatusError("x").headers == {}


def test_the_fields_of_an_error_stand_inside_it_or_beside_it() -> None:
    assert error_fields(b'{"error": {"a": 1, "b": 2}, "b": 3, "c": 4}') == {"a": 1, "b": 2, "c": 4}
    assert error_fields(b'{"error": "text", "c": 4}') == {"message": "text", "c": 4}


# --- what the day's end is


def test_a_429_of_the_day_is_told_apart_where_nobody_waits_for_it() -> None:
    def kind(daily: bool, status: int = 429, **error: str) -> type[APIStatusError]:
        return type(status_error("GET", "/", status, {}, json.dumps({"error": error}).encode(), daily=daily))

    assert kind(True, code="daily_limit_exceeded") is DailyLimitError
    assert kind(True, message="1,000 requests per Day") is DailyLimitError
    assert kind(True, type="day") is DailyLimitError
    assert kind(True, message="per minute") is RateLimitError
    assert kind(False, code="daily_limit_exceeded") is RateLimitError
    assert type(error_of({"error": {"code": "daily_limit_exceeded"}}, status=429)) is RateLimitError
    assert kind(True, status=503, code="daily") is InternalServerError


# --- attempts


def test_a_failure_says_how_often_it_was_tried_if_more_than_once() -> None:
    error, once = APIConnectionError("lost"), Attempt("APITimeoutError", None, 0.5, "backoff")
    assert (error.attempts, str(error)) == ((), "lost")
    error.attempts = (once,)
    assert str(error) == "lost"
    error.attempts = (once, Attempt("InternalServerError", 503, None, "backoff"))
    assert str(error) == "lost (after 2 attempts)"
    assert [attempt.shown for attempt in error.attempts] == ["APITimeoutError", "InternalServerError (503)"]


def test_what_an_exception_knows_at_first() -> None:
    error = APIConnectionError("lost")
    assert (error.method, error.path, error.sent, error.transient) == ("", "", True, True)
    assert ResponseDecodeError("odd").status_code == APIStatusError("x").status_code == 0
    assert RateLimitError("x").retry_after is None


# --- keys


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Invalid key {KEY}.", "Invalid key [key]."),
        (f"{KEY},{KEY}", "[key],[key]"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [key]"),
        ("authorization: bearer abc", "authorization: bearer [key]"),
        ("exec_live_x", "[key]"),
        ("Bearer tokens are wanted", "Bearer [key] are wanted"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_whatever_looks_like_a_key_is_replaced(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert snippet(text.encode()) == shown


def test_a_key_that_the_server_repeats_is_not_kept() -> None:
    bodies = [{"error": {field: f"bad {KEY}"}} for field in ("type", "code", "message")]
    for body in [*bodies, {"error": KEY}, [KEY], KEY]:
        assert KEY not in shown(error_of(body))


def shown(error: BaseException) -> str:
    """All that a log, a pickle or a curious tool could get out of an exception."""
    parts = [repr(error), str(error), repr(error.__dict__), repr(pickle.loads(pickle.dumps(error)).__dict__)]
    return " ".join([*parts, *traceback.format_exception(error)])


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("slow"),
        httpx.LocalProtocolError("bad header"),
        refusal(401, message=f"Invalid key: {KEY}"),
        refusal(429, message=f"Too many with {KEY}"),
        httpx.Response(200, text=f"Authorization: Bearer {KEY}"),
        httpx.Response(503, headers={"x-echo": KEY}),
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
    for error in chain(caught.value):
        assert KEY not in "".join(traceback.format_exception(error))
    assert KEY not in caplog.text
    assert KEY not in repr([record.__dict__ for record in caplog.records])


async def test_what_lies_behind_a_failure_does_not_hold_the_key_either() -> None:
    async with Api(httpx.ReadTimeout("slow")).client() as client:
        with pytest.raises(APITimeoutError) as caught:
            await client.sessions.get("x")
    requests = [vars(error)["_request"] for error in chain(caught.value) if "_request" in vars(error)]
    assert all(request is None or "authorization" not in request.headers for request in requests)


# --- pickling

MADE = [
    ExecError("plain"),
    ConfigurationError("bad argument"),
    ClientClosedError("closed"),
    PaginationError("circles"),
    APIError("failed", method="GET", path="/x"),
    APIConnectionError("refused", method="GET", path="/x", sent=False, transient=False),
    APITimeoutError("slow", method="POST", path="/y"),
    ResponseDecodeError(
        "odd", method="GET", path="/x", status_code=200, content_type="text/html", snippet="<", field="$"
    ),
    *(
        kind("said: this", method="GET", path="/x", status_code=418, type="t", code="c", headers={"a": "b"})
        for kind in TREE
        if issubclass(kind, APIStatusError)
    ),
]


def assert_same(one: BaseException, other: BaseException) -> None:
    assert type(other) is type(one)
    assert str(other) == str(one)
    assert other.args == one.args
    assert vars(other) == vars(one)


def test_each_class_is_pickled_below() -> None:
    assert {type(error) for error in MADE} == set(TREE)


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", [0, pickle.DEFAULT_PROTOCOL, pickle.HIGHEST_PROTOCOL])
def test_each_class_survives_pickling_and_copying(error: ExecError, protocol: int) -> None:
    if isinstance(error, RateLimitError):
        error.retry_after = 7.5
    error.add_note("while testing")
    assert_same(error, pickle.loads(pickle.dumps(error, protocol)))
    assert_same(error, pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error, protocol)), protocol)))
    assert_same(error, copy.copy(error))


@pytest.mark.parametrize("status", sorted(STATUSES.keys() - {101}))
async def test_what_a_call_raised_survives_pickling(status: int) -> None:
    answer = refusal(status, {"x-request-id": "r1"}, type="t", code="c", message="m", retry_after=3)
    async with Api(answer).client() as client:
        with pytest.raises(APIStatusError) as caught:
            await client.sessions.get("x")
    assert caught.value.headers["x-request-id"] == "r1"
    again = pickle.loads(pickle.dumps(caught.value))
    assert_same(caught.value, again)
    assert again.attempts == caught.value.attempts
    if isinstance(again, RateLimitError):
        assert again.retry_after == 3.0


@pytest.mark.parametrize(
    "answer", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.Response(200, text="<html>")]
)
async def test_failures_without_a_status_survive_pickling(answer: Any) -> None:
    async with Api(answer).client(retry=RetryPolicy(max_retries=1)) as client:
        with pytest.raises(APIError) as caught:
            await client.sessions.get("x")
    assert_same(caught.value, pickle.loads(pickle.dumps(caught.value)))


def test_a_message_that_ends_in_a_colon_survives() -> None:
    error = APIStatusError("expected one of:", method="GET", path="/x", status_code=400)
    assert error.message == "expected one of:"
    assert_same(error, pickle.loads(pickle.dumps(error)))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": "daily_limit_exceeded", "message": "Slow down"}}, DailyLimitError),
        ({"error": {"message": "1,000 requests per day are used up"}}, DailyLimitError),
        ({"error": {"message": "60 requests per minute, 1,000 requests per day"}}, RateLimitError),
        ({"error": {"code": "minute_limit", "message": "of the day"}}, RateLimitError),
        ({"error": {"message": "Try again today, or on Monday"}}, RateLimitError),
        ("<html>Have a nice day!</html>", RateLimitError),
    ],
)
def test_a_429_is_of_the_day_where_it_says_so(body: Any, kind: type[RateLimitError]) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    assert type(status_error("GET", "/x", 429, {}, content, daily=True)) is kind
    assert type(status_error("GET", "/x", 429, {}, content)) is RateLimitError


def test_what_lies_behind_an_error_keeps_neither_a_key_nor_a_body() -> None:
    try:
        (KEY.encode() + b"\xff").decode()
    except UnicodeDecodeError as cause:
        behind = bare(cause)
    assert (behind.object, behind.__traceback__) == (b"", None)
    assert KEY not in repr(behind)


def test_a_wrong_key_says_where_keys_are() -> None:
    body = (
        b'{"error": {"type": "authentication_error", "code": "invalid_api_key", "message": "Inactive key"}}'
    )
    error = status_error("GET", "/x", 401, {}, body)
    assert str(error) == (
        "GET /x: 401 authentication_error (invalid_api_key): Inactive key; "
        "check api_key= or EXEC_API_KEY (keys are made in Exec under Settings > API)"
    )
    assert error.message == "Inactive key"
