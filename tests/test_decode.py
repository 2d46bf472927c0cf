"""From bytes to values, and what is said of bytes that are something else."""

import json
import sys
from typing import Any

import orjson
import pytest

from exec_api_client import ResponseDecodeError
from exec_api_client._runtime.models import expect_array, expect_object
from exec_api_client._runtime.operations import read_nothing
from exec_api_client._transport import responses
from exec_api_client._transport.responses import Response, fast_loads, loads, read_response, status_error
from tests.fakes import KEY


@pytest.fixture(autouse=True, params=["orjson", "json"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything here holds with orjson and without."""
    if request.param == "json":
        monkeypatch.setattr(responses, "fast_loads", lambda: None)
    return str(request.param)


def read(
    content: bytes, reader: Any = lambda status, data: data, content_type: str = "application/json"
) -> Any:
    return read_response(Response("GET", "/things/x", 200, {"content-type": content_type}, content), reader)


def failure(content: bytes, **options: Any) -> ResponseDecodeError:
    with pytest.raises(ResponseDecodeError) as caught:
        read(content, **options)
    assert (caught.value.method, caught.value.path) == ("GET", "/things/x")
    return caught.value


def test_json_in_utf_8_with_or_without_a_byte_order_mark() -> None:
    assert read('{"name": "Zoë 王"}'.encode()) == {"name": "Zoë 王"}
    assert read(b"\xef\xbb\xbf[1]") == [1]
    assert loads(b" null ") is None


def test_orjson_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fast_loads() is orjson.loads
    monkeypatch.setitem(sys.modules, "orjson", None)
    assert fast_loads.__wrapped__() is None


@pytest.mark.parametrize("content", [b"1e999", b'"\\ud800"', b"\xef\xbb\xbf{}"])
def test_what_orjson_refuses_is_read_as_without_it(content: bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(content)
    assert loads(content) == json.loads(content)


def test_only_whole_numbers_beyond_64_bits_differ(library: str) -> None:
    assert loads(b"9007199254740993") == 9007199254740993
    assert loads(b"-9223372036854775808") == -(2**63)
    assert type(loads(b"18446744073709551616")) is (float if library == "orjson" else int)


def test_the_status_is_given_to_the_reader_and_no_body_is_none() -> None:
    assert read_response(Response("GET", "/things/x", 204, {}, b""), lambda status, data: (status, data)) == (
        204,
        None,
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><html>Sign in</html>", "JSONDecodeError"),
        (b'{"data": [', "JSONDecodeError"),
        (b"  ", "JSONDecodeError"),
        (b"[1] [2]", "JSONDecodeError"),
        (b"[NaN]", "ValueError"),
        (b'"\xff"', "UnicodeDecodeError"),
        ("{}".encode("utf-16"), "UnicodeDecodeError"),
        (b"[" * 100_000, "RecursionError"),
    ],
)
def test_what_is_not_json(content: bytes, kind: str) -> None:
    error = failure(content)
    assert f"the response is not JSON ({kind})" in str(error)
    assert error.field == ""
    assert type(error.__cause__).__name__ == kind


def test_the_message_says_what_came() -> None:
    error = failure(b"<html>\n  <title>502</title>\n</html>", content_type="text/html")
    assert str(error) == (
        "GET /things/x: 200, text/html: the response is not JSON (JSONDecodeError): "
        "'<html> <title>502</title> </html>'"
    )
    assert (error.status_code, error.content_type) == (200, "text/html")
    assert error.snippet == "<html> <title>502</title> </html>"
    assert "no content type" in str(failure(b"<", content_type=""))


def test_a_long_body_is_shown_in_part_and_a_key_not_at_all() -> None:
    error = failure(b"x" * 10_000)
    assert error.snippet == "x" * 197 + "..."
    assert KEY not in str(failure(f"<p>Authorization: Bearer {KEY}</p>".encode()))


@pytest.mark.parametrize(
    ("content", "reader", "field", "problem"),
    [
        (b"[]", lambda _, data: expect_object(data), "$", "$ must be an object, not list"),
        (b"", lambda _, data: expect_object(data), "$", "$ must be an object, not NoneType"),
        (b'"x"', lambda _, data: expect_array(data), "$", "$ must be an array, not str"),
    ],
)
def test_another_shape(content: bytes, reader: Any, field: str, problem: str) -> None:
    error = failure(content, reader=reader)
    assert f"the response has another shape than documented: {problem}" in str(error)
    assert error.field == field


@pytest.mark.parametrize(
    ("reader", "problem"),
    [
        (lambda _, data: dig(data), "RecursionError"),
        (lambda _, data: float(10 ** data[0]), "OverflowError"),
        (lambda _, data: str(10 ** (10 * data[0])), "ValueError"),
    ],
)
def test_a_response_that_its_reader_cannot_compute_with(reader: Any, problem: str) -> None:
    error = failure(b"[1000]", reader=reader)
    assert f"the response cannot be read ({problem})" in str(error)
    assert type(error.__cause__).__name__ == problem


def dig(data: Any) -> Any:
    return dig(data)


def test_the_body_of_an_operation_that_documents_none_is_passed_over() -> None:
    assert read_response(Response("DELETE", "/things/x", 200, {}, b"<html>"), read_nothing) is None


def test_a_message_that_a_terminal_would_obey_is_escaped() -> None:
    body = b'{"error": {"message": "red \\u001b[31m\\ud800"}}'
    error = status_error(Response("GET", "/x", 400, {}, body), now=0.0, max_wait=1.0)
    assert error.message == r"red \x1b[31m\ud800"
    str(error).encode()
