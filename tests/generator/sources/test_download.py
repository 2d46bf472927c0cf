"""Downloads, over a transport that sends nothing."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from generator.errors import GeneratorError
from generator.sources import download as module
from generator.sources.download import download

HOST = "https://docs.exec.test"
Handler = Callable[[httpx.Request], httpx.Response]


def get(answer: Handler, *paths: str, waits: list[float] | None = None) -> dict[str, bytes]:
    waited = [] if waits is None else waits
    return download([HOST + path for path in paths], httpx.MockTransport(answer), waited.append)


def refused(answer: Handler, *paths: str) -> list[str]:
    with pytest.raises(GeneratorError) as caught:
        get(answer, *paths)
    return list(caught.value.problems)


def in_turn(*answers: httpx.Response | Exception) -> Handler:
    left = iter(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        response = next(left)
        if isinstance(response, Exception):
            raise response
        return response

    return answer


def test_pages_come_as_they_are_a_few_at_once_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXEC_API_KEY", "exec_live_" + "k" * 40)
    now, most, lock = 0, 0, threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        assert "exec_live_" not in str(request.headers)
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.005)
        with lock:
            now -= 1
        body = f"\ufeffpage {request.url.path}\r\n".encode()
        return httpx.Response(200, content=gzip.compress(body), headers={"Content-Encoding": "gzip"})

    paths = [f"/{number}.md" for number in range(20)]
    assert get(answer, *paths) == {HOST + path: f"\ufeffpage {path}\r\n".encode() for path in paths}
    assert 1 < most <= module.AT_ONCE


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_waited_out(status: int) -> None:
    waits: list[float] = []
    answers = [
        httpx.Response(status),
        httpx.Response(status),
        httpx.ReadError("broken"),
        httpx.Response(200, content=b"a"),
    ]
    assert get(in_turn(*answers), "/a.md", waits=waits) == {f"{HOST}/a.md": b"a"}
    assert waits == [1.0, 2.0, 4.0]


def test_another_failure_is_not() -> None:
    waits: list[float] = []
    with pytest.raises(GeneratorError):
        get(lambda _: httpx.Response(404), "/a.md", waits=waits)
    assert waits == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda _: httpx.Response(503), "status 503; fetch again later"),
        (
            lambda _: httpx.Response(404),
            "status 404; fetch again later, name an address that anyone can read",
        ),
        (lambda _: httpx.Response(204), "status 204; fetch again later"),
        (lambda _: httpx.Response(200, content=b"x" * 1001), "must have at most 1,000 bytes"),
        (
            lambda _: httpx.Response(302, headers={"Location": "https://evil.test/a.md"}),
            "redirected to another host; if that is right, name it as SOURCE: https://evil.test/a.md",
        ),
        (lambda _: httpx.Response(302, headers={"Location": "/a.md"}), "no answer (Exceeded maximum"),
    ],
)
def test_each_address_that_cannot_be_read_is_named(
    answer: Handler, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    found = refused(
        lambda request: answer(request) if request.url.path == "/a.md" else httpx.Response(200),
        "/a.md",
        "/b.md",
    )
    assert [text.startswith(f"{HOST}/a.md: {problem}") for text in found] == [True], found


def test_a_redirect_on_the_host_is_followed() -> None:
    answers = [httpx.Response(308, headers={"Location": "b.md"}), httpx.Response(200, content=b"b")]
    assert get(in_turn(*answers), "/a.md") == {f"{HOST}/a.md": b"b"}


@pytest.mark.parametrize(
    "address",
    [
        *("https:///a.md", "x://host/a.md", "https://host:99999/a.md", "https://["),
        "https://user:secret@docs.exec.test/a.md",
    ],
)
def test_an_address_that_is_none_says_what_to_write_and_repeats_no_password(address: str) -> None:
    with pytest.raises(GeneratorError, match="https://host/path, without a user or a password") as caught:
        download([address])
    assert "secret" not in str(caught.value)
