"""How an answer becomes an exception."""

import json
from typing import Any

import pytest

from exec_api_client import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DailyLimitError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from tests.errors.kinds import error_of
from tests.fakes import KEY


def said(error: APIStatusError) -> tuple[str | None, str | None, str]:
    return error.type, error.code, error.message


# --- from an answer to an exception


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (422, UnprocessableEntityError),
        (429, RateLimitError),
        *((status, InternalServerError) for status in (500, 502, 504, 599, 999)),
        *((status, APIStatusError) for status in (101, 302, 304, 402, 418)),
    ],
)
def test_each_status_has_its_class(status: int, kind: type[APIStatusError]) -> None:
    error = error_of(status=status)
    assert type(error) is kind
    assert error.status_code == status
    assert (error.method, error.path) == ("GET", "/sessions")


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
    redirects = [status for status in (300, 399, 400) if "redirects" in error_of(status=status).message]
    assert redirects == [300, 399]
    assert error_of(raw=b"", status=301).message == (
        "the server redirects, which is not followed; check base_url (no message)"
    )


def test_headers_are_kept_without_cookies_and_keys() -> None:
    headers = {"x-request-id": "r1", "set-cookie": "secret", "x-echo": KEY}
    kept = {"content-length": "4", "x-request-id": "r1", "x-echo": "[key]"}
    assert error_of(headers=headers).headers == kept
    assert APIStatusError("x").headers == {}


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


def test_a_wrong_key_says_where_keys_are() -> None:
    body = (
        b'{"error": {"type": "authentication_error", "code": "invalid_api_key", "message": "Inactive key"}}'
    )
    error = error_of(raw=body, status=401)
    assert str(error) == (
        "GET /sessions: 401 authentication_error (invalid_api_key): Inactive key; "
        "check api_key= or EXEC_API_KEY (keys are made in Exec under Settings > API)"
    )
    assert error.message == "Inactive key"


# --- what the day's end is


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": "daily_limit_exceeded", "message": "Slow down"}}, DailyLimitError),
        ({"error": {"message": "1,000 requests per day are used up"}}, DailyLimitError),
        ({"error": {"message": "1,000 requests per Day"}, "retry_after": 121}, DailyLimitError),
        ({"error": {"type": "day"}}, DailyLimitError),
        ({"error": {"code": "daily_limit_exceeded"}, "retry_after": 120}, RateLimitError),
        ({"error": {"message": "60 requests per minute, 1,000 requests per day"}}, RateLimitError),
        ({"error": {"code": "minute_limit", "message": "of the day"}}, RateLimitError),
        ({"error": {"message": "Try again today, or on Monday"}}, RateLimitError),
        ("<html>Have a nice day!</html>", RateLimitError),
    ],
)
def test_a_429_of_the_day_with_a_wait_that_is_too_long(body: Any, kind: type[RateLimitError]) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    assert type(error_of(raw=content, status=429)) is kind
    assert type(error_of(raw=content, status=503)) is InternalServerError
