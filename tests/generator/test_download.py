from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from generator.download import LIMITS, Downloads, Limits, client, wait_asked
from generator.index import FetchError

from .publisher import Answer, Publisher, publisher

pytestmark = pytest.mark.usefixtures("no_proxy")
NOW = 1_800_000_000.0


@pytest.fixture
def host() -> Iterator[Publisher]:
    with publisher() as server:
        yield server


async def get(*addresses: str, limits: Limits = LIMITS, waits: list[float] | None = None) -> dict[str, bytes]:
    waited = [] if waits is None else waits

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async with client(limits) as http:
        return await Downloads(http, limits, sleep, lambda: NOW).get(addresses)


async def problems(*addresses: str, limits: Limits = LIMITS, waits: list[float] | None = None) -> list[str]:
    with pytest.raises(FetchError) as caught:
        await get(*addresses, limits=limits, waits=waits)
    return list(caught.value.problems)


async def test_the_bytes_come_as_they_are(host: Publisher) -> None:
    bodies = {f"{host.url}/{number}.md": f"\ufeffpage {number}\r\n\xe9".encode() for number in range(9)}
    host.answers |= {address.removeprefix(host.url): body for address, body in bodies.items()}
    assert await get(*bodies) == bodies
    assert len(host.asked) == 9


async def test_who_asks_is_said_and_no_key(host: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXEC_API_KEY", "exec_live_" + "k" * 40)
    host.answers["/a.md"] = b"a"
    await get(f"{host.url}/a.md")
    [headers] = host.headers
    assert headers["user-agent"].startswith("exec-api-client-generator/")
    assert "authorization" not in headers
    assert "exec_live_" not in str(headers)


async def test_few_are_asked_for_at_once(host: Publisher) -> None:
    def slowly(socket: Any) -> None:
        time.sleep(0.005)
        socket.write(b"x")

    host.answers |= {f"/{number}.md": Answer(write=slowly) for number in range(20)}
    await get(*(f"{host.url}/{number}.md" for number in range(20)))
    assert 1 < host.most_at_once <= 4


# --- trying again


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_passing_failure_is_waited_out(host: Publisher, status: int) -> None:
    host.answers["/a.md"] = [
        Answer(status=status, headers={"Retry-After": "7"}),
        Answer(status=status),
        Answer(status=status, headers={"Retry-After": "Fri, 15 Jan 2027 08:00:20 GMT"}),
        Answer(b"a"),
    ]
    waits: list[float] = []
    assert await get(f"{host.url}/a.md", waits=waits) == {f"{host.url}/a.md": b"a"}
    assert waits == [7.0, 2.0, 20.0]


async def test_a_host_that_keeps_failing_is_left_in_peace(host: Publisher) -> None:
    host.answers |= {f"/{number}.md": Answer(status=503) for number in range(50)}
    [problem] = await problems(*(f"{host.url}/{number}.md" for number in range(50)))
    assert problem.endswith("status 503, 4 times; fetch again later")
    assert len(host.asked) <= 4 * 4


async def test_a_long_wait_is_not_sat_out(host: Publisher) -> None:
    host.answers["/a.md"] = Answer(status=429, headers={"Retry-After": "3600"})
    waits: list[float] = []
    [problem] = await problems(f"{host.url}/a.md", waits=waits)
    assert problem == f"{host.url}/a.md: status 429, for 3600 s; fetch again later"
    assert (waits, len(host.asked)) == ([], 1)


async def test_a_host_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        waits: list[float] = []
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/a.md"
        [problem] = await problems(address, waits=waits)
    assert problem.startswith(f"{address}: no answer (")
    assert waits == [1.0, 2.0, 4.0]


async def test_an_answer_that_breaks_off_is_asked_for_again(host: Publisher) -> None:
    host.answers["/a.md"] = [
        Answer(headers={"Content-Length": "9"}, write=lambda socket: socket.write(b"half")),
        Answer(gzip.compress(b"whole" * 99)[:-9], headers={"Content-Encoding": "gzip"}),
        Answer(b"no gzip", headers={"Content-Encoding": "gzip"}),
        Answer(b"whole"),
    ]
    assert await get(f"{host.url}/a.md") == {f"{host.url}/a.md": b"whole"}
    assert len(host.asked) == 4


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 0.0),
        ("5", 5.0),
        (" 5 ", 5.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("Fri, 15 Jan 2027 08:00:20 GMT", 20.0),
        ("Fri, 15 Jan 2027 08:00:20 -0000", 20.0),
        ("Fri, 15 Jan 2021 08:00:20 GMT", 0.0),
        ("Fri, 15 Jan 99999 08:00:20 GMT", 0.0),
        ("9" * 400, float("inf")),
    ],
)
def test_what_a_retry_after_asks_for(text: str | None, seconds: float) -> None:
    assert wait_asked(text, NOW) == seconds


# --- limits


def endless(socket: Any) -> None:
    while True:
        socket.write(b"x" * 1000)


async def test_a_stream_without_end_is_cut(host: Publisher) -> None:
    host.answers["/a.md"] = Answer(write=endless)
    [problem] = await problems(f"{host.url}/a.md", limits=replace(LIMITS, page_bytes=100_000))
    assert "longer than 100,000 bytes" in problem
    assert len(host.asked) == 1


async def test_a_page_may_be_as_long_as_the_limit(host: Publisher) -> None:
    host.answers["/a.md"] = b"x" * 1000
    assert (
        len((await get(f"{host.url}/a.md", limits=replace(LIMITS, page_bytes=1000)))[f"{host.url}/a.md"])
        == 1000
    )
    assert await problems(f"{host.url}/a.md", limits=replace(LIMITS, page_bytes=999))


async def test_what_is_packed_is_unpacked_no_further_than_the_limit(
    host: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    host.answers["/bomb.md"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    host.answers["/good.md"] = Answer(gzip.compress(b"good"), headers={"Content-Encoding": "GZIP"})
    limits = replace(LIMITS, page_bytes=100_000)
    assert await get(f"{host.url}/good.md", limits=limits) == {f"{host.url}/good.md": b"good"}

    tracemalloc.start()
    [problem] = await problems(f"{host.url}/bomb.md", limits=limits)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "longer than 100,000 bytes" in problem
    assert peak < 5_000_000


async def test_what_is_packed_without_end_is_cut_too(host: Publisher) -> None:
    empty_blocks = gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 100_000
    host.answers["/a.md"] = Answer(empty_blocks, headers={"Content-Encoding": "gzip"})
    [problem] = await problems(f"{host.url}/a.md", limits=replace(LIMITS, page_bytes=100_000))
    assert "longer than 100,000 bytes" in problem


async def test_another_packing_is_refused(host: Publisher) -> None:
    host.answers["/a.md"] = Answer(b"x", headers={"Content-Encoding": "br"})
    [problem] = await problems(f"{host.url}/a.md")
    assert problem.endswith("packed as br, though only gzip was asked for; save it as a file")


async def test_all_together_have_a_limit(host: Publisher) -> None:
    host.answers |= {f"/{number}.md": b"x" * 400 for number in range(9)}
    [problem] = await problems(
        *(f"{host.url}/{number}.md" for number in range(9)), limits=replace(LIMITS, all_bytes=1000, at_once=1)
    )
    assert "more than 1,000 bytes" in problem
    assert host.asked == ["/0.md", "/1.md", "/2.md"]


async def test_a_host_that_is_silent_is_given_up(host: Publisher) -> None:
    host.answers["/a.md"] = Answer(write=lambda socket: host.closing.wait())
    [problem] = await problems(f"{host.url}/a.md", limits=replace(LIMITS, request_seconds=0.02))
    assert problem.endswith("no whole answer within 0.02 s, 4 times; fetch again later")


async def test_a_host_that_trickles_is_given_up(host: Publisher) -> None:
    def trickle(socket: Any) -> None:
        while not host.closing.wait(0.002):
            socket.write(b"x")

    host.answers["/a.md"] = Answer(write=trickle)
    [problem] = await problems(f"{host.url}/a.md", limits=replace(LIMITS, request_seconds=0.03, tries=2))
    assert problem.endswith("no whole answer within 0.03 s, 2 times; fetch again later")


# --- what is not taken


async def test_each_address_that_is_refused_is_named(host: Publisher) -> None:
    host.answers |= {"/a.md": b"a", "/c.md": Answer(status=403), "/d.md": Answer(status=204)}
    addresses = [f"{host.url}/{name}.md" for name in "abcd"]
    assert await problems(*addresses) == [
        f"{host.url}/{name}.md: status {status}; name an address that can be read by anyone"
        for name, status in [("b", 404), ("c", 403), ("d", 204)]
    ]
    assert len(host.asked) == 4


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"Log in", "Text/HTML; charset=utf-8"),
        (b"<p>", "application/xhtml+xml"),
        (b"\n <!DOCTYPE HTML><p>", "text/plain"),
        (b"<html lang=en>", "text/markdown"),
    ],
)
async def test_html_is_refused(host: Publisher, body: bytes, kind: str) -> None:
    host.answers["/a.md"] = Answer(body, headers={"Content-Type": kind})
    [problem] = await problems(f"{host.url}/a.md")
    assert problem.startswith(
        f"{host.url}/a.md: an HTML page where text should be (an error page, or one to log in?)"
    )


async def test_a_redirect_on_the_host_is_followed(host: Publisher) -> None:
    host.answers["/a.md"] = Answer(status=308, headers={"Location": "b.md"})
    host.answers["/b.md"] = Answer(status=302, headers={"Location": f"{host.url}/c.md"})
    host.answers["/c.md"] = b"c"
    assert await get(f"{host.url}/a.md") == {f"{host.url}/a.md": b"c"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_host_is_refused(host: Publisher, status: int) -> None:
    with publisher() as other:
        host.answers["/a.md"] = Answer(status=status, headers={"Location": f"{other.url}/a.md"})
        [problem] = await problems(f"{host.url}/a.md")
        assert problem == (
            f"{host.url}/a.md: redirected to another host, which is not followed; "
            f"if that is right, name it as SOURCE: {other.url}/a.md"
        )
        assert other.asked == []


@pytest.mark.parametrize(
    "target", ["https://[", "http://user:x@127.0.0.1/", "file:///etc/passwd", "https:///a"]
)
async def test_a_redirect_to_nowhere_is_refused(host: Publisher, target: str) -> None:
    host.answers["/a.md"] = Answer(status=302, headers={"Location": target})
    assert len(await problems(f"{host.url}/a.md")) == 1
    assert len(host.asked) == 1


async def test_a_redirect_in_circles_ends(host: Publisher) -> None:
    host.answers["/a.md"] = Answer(status=302, headers={"Location": "/a.md"})
    [problem] = await problems(f"{host.url}/a.md")
    assert "redirected more than 5 times" in problem
    assert len(host.asked) == 6
