"""The key is searched for in all that can be printed, logged, pickled or looked into. It is found nowhere."""

import asyncio
import gc
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

import pytest

from exec_api_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncExecClient,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ExecError,
    RateLimit,
    ResponseDecodeError,
    RetryPolicy,
)
from tests.faults.server import READ, WAIT, answer, json_answer, refusing, serving
from tests.faults.table import EMPTY, FAULTS, LIBRARIES, Fault, connected

# Put together, so that no line of this file holds it: a traceback shows the lines of its frames.
CANARY = "exec_live_" + "Ca9aRy7" * 5 + "zzzzz"
# Where a search does not go on: what is no part of the client, such as the server in the same loop.
_OUTSIDE = (type, ModuleType, FunctionType, int, float, type(None), asyncio.AbstractEventLoop)
_NEEDLES = (CANARY, CANARY.lower(), CANARY[10:])


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Records(logging.Handler):
    """Keeps every record of every logger."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


@pytest.fixture(autouse=True)
def records() -> Iterator[Records]:
    """All log records; at the end of each test the key is searched for in them."""
    root, handler = logging.getLogger(), Records()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    try:
        yield handler
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    for record in handler.kept:
        absent(logging.Formatter("%(name)s %(message)s").format(record))
        absent(repr(record.args))
        look_into(record)


def absent(text: str | bytes) -> None:
    shown = text.decode("latin-1") if isinstance(text, bytes) else text
    for needle in _NEEDLES:
        place = shown.find(needle)
        assert place < 0, f"the key is in ...{shown[max(0, place - 120) : place + 10]}"


def look_into(value: Any) -> None:
    """Search the texts that can be reached from a value by attributes and items, twenty steps deep."""
    seen: set[int] = set()
    kept: list[Any] = []
    level = [(value, type(value).__name__)]
    for _ in range(20):
        following: list[tuple[Any, str]] = []
        for each, way in level:
            if id(each) in seen or isinstance(each, _OUTSIDE):
                continue
            seen.add(id(each))
            kept.append(each)
            if isinstance(each, str | bytes | bytearray):
                text = each if isinstance(each, str) else bytes(each).decode("latin-1")
                assert not any(needle in text for needle in _NEEDLES), f"the key is in {way}"
                continue
            following += [(inner, f"{way}{name}") for name, inner in inside(each)]
        level = following


def inside(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((f"[{key!r}]", inner) for key, inner in list(value.items()))
        yield from ((".key", key) for key in list(value))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"[{place}]", inner) for place, inner in enumerate(value))
    if isinstance(value, BaseException):
        yield from (
            (".args", value.args),
            (".__cause__", value.__cause__),
            (".__context__", value.__context__),
        )
        yield ".object", getattr(value, "object", None)
    yield from ((f".{name}", inner) for name, inner in getattr(value, "__dict__", {}).items())
    for kind in type(value).__mro__:
        for name in getattr(kind, "__slots__", ()):
            yield f".{name}", getattr(value, name, None)


def chain(error: BaseException) -> list[BaseException]:
    found = [error]
    for each in found:
        found += [other for other in (each.__cause__, each.__context__) if other and other not in found]
        if isinstance(each, BaseExceptionGroup):
            found += [other for other in each.exceptions if other not in found]
    return found


def search(error: BaseException) -> None:
    """Look for the key in everything that an exception shows, and that its pickle holds."""
    for each in chain(error):
        absent(f"{each} {each!r} {each.args!r} {vars(each)!r}")
        shown = traceback.TracebackException.from_exception(each, capture_locals=True)
        absent("".join(shown.format()))
        frame = each.__traceback__
        while frame is not None:
            name = frame.tb_frame.f_code.co_filename
            if "tests" not in name:
                for value in frame.tb_frame.f_locals.values():
                    absent(repr(value))
                    absent(repr(getattr(value, "__dict__", "")))
            frame = frame.tb_next
    look_into(error)
    if isinstance(error, ExecError):
        pickled = pickle.dumps(error)
        absent(pickled)
        again = pickle.loads(pickled)
        assert type(again) is type(error)
        assert (str(again), repr(again), again.args) == (str(error), repr(error), error.args)
        assert vars(again) == vars(error)


def search_client(client: AsyncExecClient) -> None:
    pager = client.sessions.list()
    for value in (client, client.sessions, client.scenarios, pager, pager.pages(), aiter(pager)):
        absent(f"{value} {value!r}")
        absent(repr(getattr(value, "__dict__", "")))
        look_into(value)
        with pytest.raises(TypeError, match="is not pickled"):
            pickle.dumps(value)
    absent(f"{client.rate_limit!r} {client.usage!r}")


async def failing(client: AsyncExecClient, kind: type[BaseException] = ExecError) -> BaseException:
    """What a call raises; its own frame holds no key."""
    try:
        await client.sessions.list()
    except kind as error:
        return error
    raise AssertionError("the call did not fail")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(1):
        while not condition():  # noqa: ASYNC110 (a condition of any kind)
            await asyncio.sleep(0.001)


# --- every fault


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.error is not None], ids=str)
async def test_the_key_is_in_nothing_that_a_fault_leaves(
    fault: Fault, library: str, records: Records
) -> None:
    async with (
        serving(fault.script, tls=fault.tls) as server,
        connected(library, server.base_url, api_key=CANARY, **fault.settings) as client,
    ):
        error = await failing(client)
        assert type(error) is fault.error
        search(error)
        search_client(client)
    if fault.requests:
        assert f"Bearer {CANARY}".encode() in server.heads[0]  # it was there to be found
    assert {record.name.split(".")[0] for record in records.kept} >= {"httpcore" + library[5:6].strip()}


async def test_a_refused_connection(library: str) -> None:
    with refusing() as url:
        async with connected(library, url, api_key=CANARY) as client:
            error = await failing(client, APIConnectionError)
            search(error)
            search_client(client)


async def test_success(library: str, records: Records) -> None:
    async with (
        serving((READ, json_answer(EMPTY)) * 9) as server,
        connected(library, server.base_url, api_key=CANARY) as client,
    ):
        look_into(await client.sessions.list())
        look_into(await client.sessions.list().collect())
        search_client(client)
    search_client(client)
    assert "exec_api_client" in {record.name for record in records.kept}


# --- calls that are ended


@pytest.mark.parametrize(
    "script", [(READ, WAIT), (READ, answer(b"{", length=99), WAIT)], ids=["sent", "body"]
)
async def test_cancellation_deadline_and_closing(script: Any, library: str) -> None:
    async with serving(script) as server, connected(library, server.base_url, api_key=CANARY) as client:
        call = asyncio.ensure_future(failing(client, asyncio.CancelledError))
        await until(lambda: server.requests == 1)
        call.cancel()
        search(await call)

        async def impatient() -> BaseException:
            try:
                async with asyncio.timeout(0.02):
                    await client.sessions.list()
            except TimeoutError as error:
                return error
            raise AssertionError("not reached")

        search(await impatient())
        search(await failing(client.with_options(deadline=0.02), APITimeoutError))
        seen = server.requests
        call = asyncio.ensure_future(failing(client, ClientClosedError))
        await until(lambda: server.requests > seen)
        await client.aclose()
        search(await call)
        search(await failing(client, ClientClosedError))
        search_client(client)


async def test_cancellation_while_connecting() -> None:
    async with serving((WAIT,)) as server:
        url = server.base_url.replace("http:", "https:")
        async with AsyncExecClient(CANARY, base_url=url) as client:
            call = asyncio.ensure_future(failing(client, asyncio.CancelledError))
            await until(lambda: server.connections == 1)
            call.cancel()
            search(await call)
            search_client(client)


async def test_the_limits(library: str) -> None:
    limit = RateLimit(day_ceiling=1)
    async with (
        serving((READ, answer(b'{"retry_after": 900}', "429 Slow Down")) * 9) as server,
        connected(library, server.base_url, api_key=CANARY, rate_limit=limit) as client,
    ):
        for _ in range(2):
            search(await failing(client, APIStatusError))
            search_client(client)
        assert server.requests == 1


# --- a server that gives the key back


def echo(status: str, *headers: str, body: str = "{key}") -> Any:
    """Answers with the key in its body and headers."""

    def reply(head: bytes) -> bytes:
        line = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"authorization: "))
        key = line.split(b" ", 1)[1].decode()
        assert key == f"Bearer {CANARY}"
        return answer(
            body.replace("{key}", key).encode(), status, *[header.replace("{key}", key) for header in headers]
        )

    return reply


ECHOES = {
    "error message": (echo("400 Bad", body='{"error": {"message": "wrong key {key}"}}'), BadRequestError),
    "error type and code": (
        echo("400 Bad", body='{"error": {"type": "{key}", "code": "{key}"}}'),
        BadRequestError,
    ),
    "error page": (echo("400 Bad", body="<pre>authorization: {key}</pre>"), BadRequestError),
    "headers of an error": (
        echo("400 Bad", "x-echo: {key}", "www-authenticate: {key}", "location: /?key={key}"),
        BadRequestError,
    ),
    "cookie": (echo("400 Bad", "set-cookie: key={key}; path=/"), BadRequestError),
    "reason phrase": (echo("400 {key}"), BadRequestError),
    "redirect": (echo("302 Found", "location: /{key}"), APIStatusError),
    "body that is no JSON": (echo("200 OK", "x-echo: {key}"), ResponseDecodeError),
    "JSON that is cut": (echo("200 OK", body='{"data": "{key}'), ResponseDecodeError),
    "body that is not UTF-8": (
        lambda head: echo("200 OK", body="{key} and more")(head).replace(b" and", b" \xff\xff\xff"),
        ResponseDecodeError,
    ),
    "another shape": (echo("200 OK", body='{"data": "{key}"}'), ResponseDecodeError),
    "nesting": (echo("200 OK", body="[" * 100_000 + '"{key}"'), ResponseDecodeError),
    "content type": (echo("200 OK", "content-type: text/html; key={key}"), ResponseDecodeError),
    "content encoding": (echo("200 OK", "content-encoding: {key}"), ResponseDecodeError),
    "status line": (lambda head: b"HTTP/9 " + echo("200 OK")(head)[9:].split(b"\n")[-1], APIConnectionError),
    "broken header": (echo("200 OK", "{key}\0: x"), APIConnectionError),
    "content length": (echo("200 OK", "content-length: {key}"), APIConnectionError),
    "long headers": (echo("200 OK", *["x-echo: {key}"] * 3000), APIConnectionError),
    "cut body": (lambda head: echo("200 OK")(head).replace(b"content-length: ", b"content-length: 9"), None),
}


@pytest.mark.parametrize("name", ECHOES)
async def test_a_server_that_echoes_the_key(name: str, library: str) -> None:
    reply, kind = ECHOES[name]
    async with (
        serving((READ, reply)) as server,
        connected(library, server.base_url, api_key=CANARY) as client,
    ):
        error = await failing(client)
        assert type(error) is (kind or APIConnectionError)
        search(error)
        if name != "cookie" or library != "httpx2 client":  # which keeps its own cookies
            search_client(client)
        del error
    gc.collect()


# --- wrong arguments


@pytest.mark.parametrize(
    "arguments",
    [
        {"api_key": f"{CANARY} x"},
        {"api_key": f"{CANARY}\n{CANARY}"},
        {"api_key": f"{CANARY}\xe9"},
        {"api_key": CANARY.encode()},
        {"api_key": CANARY, "base_url": "http://api.exec.com"},
        {"api_key": CANARY, "base_url": "nonsense"},
        {"api_key": CANARY, "base_url": CANARY},
        {"api_key": CANARY, "base_url": f"https://{CANARY}@api.exec.com"},
        {"api_key": CANARY, "base_url": f"https://api.exec.com/?key={CANARY}"},
        {"api_key": CANARY, "base_url": f"http://api.exec.com/{CANARY}"},
        {"api_key": CANARY, "timeout": 0},
        {"api_key": CANARY, "max_connections": 0},
        {"api_key": CANARY, "transport": object(), "http_client": object()},
    ],
    ids=",".join,
)
@pytest.mark.parametrize("by_environment", [False, True])
def test_wrong_settings(
    arguments: dict[str, Any], by_environment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by_environment and isinstance(arguments["api_key"], str):
        for name in ("api_key", "base_url"):
            if name in arguments:
                monkeypatch.setenv(f"EXEC_{name.upper()}", arguments[name])
                arguments = {other: value for other, value in arguments.items() if other != name}

    try:
        AsyncExecClient(**arguments)
    except ConfigurationError as error:
        error.__traceback__ = (
            error.__traceback__ and error.__traceback__.tb_next
        )  # less this test's own frame
        search(error)
    else:
        raise AssertionError("not refused")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (CANARY.encode(), "api_key has to be a str, not bytes"),
        (5, "api_key has to be a str, not int"),
        (b"", "api_key has to be a str, not bytes"),
        (f'"{CANARY}"', "stands in quotation marks: leave them out"),
        (f" '{CANARY}' ", "stands in quotation marks: leave them out"),
        (f"\u201c{CANARY}\u201d", "stands in quotation marks: leave them out"),
        ("", r"no API key: .*`python -m .*sandbox` starts a sandbox, which needs none"),
    ],
    ids=["bytes", "number", "no bytes", "double", "single", "curly", "none"],
)
def test_what_is_wrong_with_a_key(key: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        AsyncExecClient(key)
    absent(str(refused.value))


async def test_a_key_of_another_form_is_accepted() -> None:
    async with AsyncExecClient("another-form-of-key") as client:
        assert not client.closed


async def test_wrong_arguments_of_a_call() -> None:
    async with AsyncExecClient(CANARY) as client:
        for wrong in ({"rank": "gold"}, {"page": -1}, {"user_ids": f"{CANARY}"}, {"timeout": 0}):
            error = None
            try:
                await client.sessions.list(**wrong)  # type: ignore[arg-type]
            except ConfigurationError as caught:
                error = caught
            assert error is not None
            absent(f"{error} {error!r}")
            absent(pickle.dumps(error))


# --- pickling


def test_every_exception_comes_back_from_a_pickle_as_it_was() -> None:
    kinds = [ExecError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert len(kinds) > 15
    for kind in kinds:
        error = kind("GET /x: said: no: ")
        if isinstance(error, APIError):
            error.method, error.path = "GET", "/x"
        if isinstance(error, APIStatusError):
            error = kind(
                "no", method="GET", path="/x", status_code=429, type="t", code="c", headers={"a": "b"}
            )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            search(error)
            again = pickle.loads(pickle.dumps(error, protocol))
            assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


async def test_pickling_a_client_says_why_not() -> None:
    async with AsyncExecClient(CANARY, retry=RetryPolicy()) as client:
        with pytest.raises(
            TypeError, match="a client is not pickled: it holds a key and connections"
        ) as caught:
            pickle.dumps(client)
        absent(str(caught.value))
