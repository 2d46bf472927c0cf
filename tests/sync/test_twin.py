"""The synchronous client has the methods of the asynchronous one and gives the same results."""

import asyncio
import inspect
import pickle
import re
import traceback
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, AsyncPager, ConfigurationError, ExecError, NotFoundError
from exec_api_client.generated.api import Resources, ResourcesSync
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient, Pager
from tests.fakes import KEY, OK, Api


def all_of(iterable: Any) -> Any:
    async def collect() -> list[Any]:
        return [item async for item in iterable]

    return collect() if hasattr(iterable, "__aiter__") else list(iterable)


def ahead(pager: Any, pages: int) -> Any:
    async def collect() -> list[Any]:
        async with pager.prefetch(pages) as items:
            return [item async for item in items]

    if isinstance(pager, AsyncPager):
        return collect()
    with pager.prefetch(pages) as items:
        return list(items)


CALLS: dict[str, Callable[[Any], Any]] = {
    "a model": lambda client: client.scenarios.get_analytics_summary("security-review-pushback"),
    "an error": lambda client: client.sessions.get("nobody"),
    "a wrong argument": lambda client: client.sessions.get(".."),
    "a wrong argument of a list": lambda client: client.sessions.list(page_size=1000),
    "the first page": lambda client: first_page(client.sessions.list()),
    "another page": lambda client: first_page(client.sessions.list(page=2, page_size=10)),
    "the number of items": lambda client: client.sessions.list().count(),
    "the first item": lambda client: client.sessions.list().first(),
    "no first item": lambda client: client.sessions.list(user_ids=["nobody"]).first(),
    "a part of a list": lambda client: client.sessions.list().collect(limit=120),
    "a wrong limit": lambda client: client.sessions.list().collect(limit=-1),
    "all items": lambda client: all_of(client.sessions.list()),
    "no items": lambda client: all_of(client.sessions.list(user_ids=["nobody"])),
    "strict items": lambda client: all_of(client.sessions.list().items(strict=True)),
    "pages": lambda client: all_of(client.sessions.list().pages(strict=True)),
    "a prefetch": lambda client: ahead(client.sessions.list(), 2),
    "a wrong prefetch": lambda client: ahead(client.sessions.list(), 0),
    "any request": lambda client: client.request("GET", "/sessions", params={"page_size": 3}),
    "any list": lambda client: client.paginate("/sessions").collect(limit=30),
    "further parameters": lambda client: client.with_options(params={"page": 9}).request("GET", "/sessions"),
    "a result with its response": lambda client: client.with_response(client.sessions.list().count),
}


def first_page(pager: Any) -> Any:
    return pager if isinstance(pager, AsyncPager) else pager.page()


def comparable(value: Any) -> Any:
    """Return a response without its headers, which hold the time."""
    if type(value).__name__ == "Response":
        return value.status_code, value.content
    return [comparable(each) for each in value] if type(value) is tuple else value


async def outcome(call: Callable[[Any], Awaitable[Any]], sandbox: Sandbox) -> Any:
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None) as client:
        try:
            return comparable(await call(client))
        except ExecError as error:
            return error


@pytest.mark.parametrize("name", CALLS)
def test_both_clients_send_the_same_and_give_the_same(name: str) -> None:
    ours, theirs = Sandbox(sessions=250, limits=None), Sandbox(sessions=250, limits=None)
    expected = asyncio.run(outcome(CALLS[name], theirs))
    with ExecClient(SANDBOX_KEY, transport=ours.transport(), rate_limit=None) as client:
        if isinstance(expected, ExecError):
            with pytest.raises(type(expected), match=f"^{re.escape(str(expected))}$"):
                CALLS[name](client)
        else:
            assert comparable(CALLS[name](client)) == expected
    sent = [(request.method, request.path, request.query) for request in ours.requests]
    assert sent == [(request.method, request.path, request.query) for request in theirs.requests]
    assert bool(sent) == ("wrong" not in name)


def test_an_error_shows_the_line_of_the_call(client: ExecClient) -> None:
    with pytest.raises(NotFoundError, match="Session not found") as failed:
        client.sessions.get("nobody")
    shown = [frame.name for frame in traceback.extract_tb(failed.tb)]
    assert shown[0] == "test_an_error_shows_the_line_of_the_call"
    assert len(shown) < 15
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


# --- names, arguments and texts


def public(kind: type) -> dict[str, Any]:
    return {name: member for name, member in vars(kind).items() if not name.startswith("_")}


@pytest.mark.parametrize(
    ("twin", "original", "own", "replaced"),
    [(ExecClient, AsyncExecClient, "close", {"aclose"}), (Pager, AsyncPager, "page", set())],
)
def test_both_have_the_same_methods(twin: type, original: type, own: str, replaced: set[str]) -> None:
    assert public(twin).keys() == (public(original).keys() - replaced) | {own}
    for name in public(twin).keys() - {own}:
        ours, theirs = getattr(twin, name), getattr(original, name)
        assert ("Args:" in ours.__doc__, "Raises:" in ours.__doc__) == (
            "Args:" in theirs.__doc__,
            "Raises:" in theirs.__doc__,
        )
        if callable(ours):
            wanted = str(inspect.signature(theirs)).partition(" -> ")[0]
            assert str(inspect.signature(ours)).partition(" -> ")[0] == wanted.replace("Awaitable[T]", "T")
    for member in public(twin).values():
        assert not re.search("await|[Aa]sync", member.__doc__), member.__doc__


def test_both_take_the_same_settings() -> None:
    theirs = inspect.signature(AsyncExecClient).parameters
    ours = inspect.signature(ExecClient).parameters
    assert list(ours.values()) == [theirs[name] for name in theirs if not name.startswith("_")]


def resources(kind: type) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if isinstance(value, cached_property)}


def test_each_resource_has_a_twin_with_the_same_methods(client: ExecClient) -> None:
    assert list(resources(ResourcesSync)) == list(resources(Resources)) != []
    original = AsyncExecClient(KEY)
    for name in resources(Resources):
        asynchronous, twin = getattr(original, name), getattr(client, name)
        assert repr(twin) == f"<{type(asynchronous).__name__}Sync>"
        assert list(public(type(twin))) == list(public(type(asynchronous))) != []
        for method in public(type(twin)):
            same(getattr(asynchronous, method), getattr(twin, method))


def same(asynchronous: Callable[..., Any], twin: Callable[..., Any]) -> None:
    theirs, ours = inspect.signature(asynchronous), inspect.signature(twin)
    assert list(ours.parameters.values()) == list(theirs.parameters.values())
    assert ours.return_annotation == str(theirs.return_annotation).replace("AsyncPager", "Pager")
    assert not inspect.iscoroutinefunction(twin)
    assert documented(twin) == documented(asynchronous)
    assert "await" not in documented(twin) + (twin.__doc__ or "")


def documented(method: Callable[..., Any]) -> str:
    """Return the docstring without its words about the pager."""
    return re.sub(r"A pager[:;] .*", "", method.__doc__ or "")


# --- the client as an object


def test_an_error_of_a_setting_does_not_show_the_key() -> None:
    with pytest.raises(ConfigurationError, match="max_connections must be") as refused:
        ExecClient(KEY, max_connections=0)
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    own = shown.partition("/sync.py")[2]
    assert "<ExecClient, not made>" in own
    assert KEY not in own


def test_reprs_and_pickles(client: ExecClient) -> None:
    assert repr(client) == "<ExecClient of https://api.exec.com/rest/v1>"
    assert repr(client.sessions.list()).startswith("<Pager of sessions.list")
    assert (client.base_url, client.rate_limit, client.usage) == ("https://api.exec.com/rest/v1", None, None)
    for value in (client, client.sessions, client.sessions.list(), iter(client.sessions.list())):
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(value)


def test_other_settings_share_the_connections_and_the_limit() -> None:
    api = Api(OK)
    with ExecClient(KEY, transport=api.transport) as client:
        patient = client.with_options(timeout=77.0)
        assert patient.sessions.get("x").id == client.sessions.get("x").id == "x"
        assert [request.extensions["timeout"]["read"] for request in api.requests] == [77.0, 30.0]
        assert patient.rate_limit is client.rate_limit is not None
        assert patient.usage is not None
        assert patient.usage.minute == 2
        with pytest.raises(ConfigurationError, match="timeout must be"):
            client.with_options(timeout=0)
    assert patient.closed
    assert repr(patient).endswith(", closed>")


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        (lambda client: client.sessions.list, "pass its pager's `page`"),
        (lambda client: client.sessions.list().page(), "not the result of one"),
        (lambda client: None, "not the result of one"),
    ],
)
def test_with_response_needs_a_method_that_sends(method: Any, problem: str) -> None:
    client = ExecClient(SANDBOX_KEY, transport=Sandbox().transport())
    with client, pytest.raises(ConfigurationError, match=problem):
        client.with_response(method(client))
