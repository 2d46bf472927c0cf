"""The synchronous client: the same calls, walked with plain `for`, from any thread."""

import asyncio
import contextvars
import inspect
import pickle
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import httpx
import pytest

from exec_api_client import (
    AsyncExecClient,
    AsyncPager,
    ClientClosedError,
    ConfigurationError,
    Hooks,
    InternalServerError,
    NotFoundError,
    Page,
    PaginationError,
    RateLimit,
    RetryPolicy,
    _sync_walks,
)
from exec_api_client.generated.api import Resources, ResourcesSync
from exec_api_client.models import SessionDetail, SessionListItem
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from exec_api_client.sync import ExecClient, Items, Pager
from tests.fakes import KEY, Api, Time, page_of, refusal

ONCE = RetryPolicy(max_retries=0)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(sessions=250, limits=None)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[ExecClient]:
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None) as client:
        yield client


def client_of(api: Api, **settings: Any) -> ExecClient:
    """A client that talks to this API, on virtual time."""
    return ExecClient(KEY, transport=api.transport, _seams=Time().seams, **settings)


# --- the same as the asynchronous client


def test_it_takes_the_same_settings() -> None:
    theirs = inspect.signature(AsyncExecClient).parameters
    ours = inspect.signature(ExecClient).parameters
    assert list(ours.values()) == [theirs[name] for name in theirs if not name.startswith("_")]
    assert inspect.signature(ExecClient.with_options) == inspect.signature(AsyncExecClient.with_options)


def test_what_is_wrong_with_a_setting_is_said_without_the_key() -> None:
    with pytest.raises(ConfigurationError, match="max_connections=0") as refused:
        ExecClient(KEY, max_connections=0)
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    own = shown.partition("/sync.py")[2]
    assert "<ExecClient, refused>" in own
    assert KEY not in own


def resources(kind: type) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if isinstance(value, cached_property)}


def test_each_resource_has_a_twin_with_the_same_methods(client: ExecClient) -> None:
    assert list(resources(ResourcesSync)) == list(resources(Resources)) != []
    original = AsyncExecClient(KEY)
    for name in resources(Resources):
        asynchronous, twin = getattr(original, name), getattr(client, name)
        assert repr(twin) == f"<{type(asynchronous).__name__}Sync>"
        methods = [method for method in vars(type(asynchronous)) if not method.startswith("_")]
        assert [method for method in vars(type(twin)) if not method.startswith("_")] == methods != []
        for method in methods:
            same(getattr(asynchronous, method), getattr(twin, method))


def same(asynchronous: Callable[..., Any], twin: Callable[..., Any]) -> None:
    theirs, ours = inspect.signature(asynchronous), inspect.signature(twin)
    assert list(ours.parameters.values()) == list(theirs.parameters.values())
    assert ours.return_annotation == str(theirs.return_annotation).replace("AsyncPager", "Pager")
    assert not inspect.iscoroutinefunction(twin)
    assert documented(twin) == documented(asynchronous)
    assert "await" not in documented(twin) + (twin.__doc__ or "")


def documented(method: Callable[..., Any]) -> str:
    """The docstring, less what it says of the pager."""
    return re.sub(r"A pager[:;] .*", "", method.__doc__ or "")


def test_the_pagers_have_the_same_methods() -> None:
    theirs = {name for name in vars(AsyncPager) if not name.startswith("_")}
    assert {name for name in vars(Pager) if not name.startswith("_")} == theirs | {"page"}
    for name in theirs - {"report", "bookmark"}:
        ours = inspect.signature(getattr(Pager, name)).parameters
        assert list(ours.values()) == list(inspect.signature(getattr(AsyncPager, name)).parameters.values())


def test_every_public_class_and_method_has_a_docstring() -> None:
    for kind in (ExecClient, Pager, Items):
        assert kind.__doc__
        for name, value in vars(kind).items():
            if callable(value) and not name.startswith("_"):
                assert value.__doc__, f"{kind.__name__}.{name}"


def test_what_it_tells_of_itself(client: ExecClient) -> None:
    assert repr(client) == "<ExecClient of https://api.exec.com/rest/v1>"
    assert repr(client.sessions.list()) == "<Pager of sessions.list>"
    assert (client.base_url, client.rate_limit, client.usage) == ("https://api.exec.com/rest/v1", None, None)
    for value in (client, client.sessions, client.sessions.list(), iter(client.sessions.list())):
        with pytest.raises(TypeError, match="a client is not pickled"):
            pickle.dumps(value)


def test_other_settings_share_the_connections_and_the_limit() -> None:
    api = Api(httpx.Response(200, json={"id": "x"}))
    with client_of(api, rate_limit=RateLimit()) as client:
        patient = client.with_options(timeout=77.0)
        assert isinstance(patient, ExecClient)
        assert patient.sessions.get("x").id == client.sessions.get("x").id == "x"
        assert [request.extensions["timeout"]["read"] for request in api.requests] == [77.0, 30.0]
        assert patient.rate_limit is client.rate_limit
        assert patient.usage is not None
        assert patient.usage.minute == 2
        with pytest.raises(ConfigurationError, match="timeout=0"):
            client.with_options(timeout=0)
    assert patient.closed


# --- calls


def test_a_call_gives_the_model(client: ExecClient) -> None:
    first = client.sessions.list().first()
    assert isinstance(first, SessionListItem)
    detail = client.sessions.get(first.id, include=["transcript"])
    assert isinstance(detail, SessionDetail)
    assert detail.transcript


def test_a_failure_keeps_its_type_and_shows_where_it_happened(client: ExecClient) -> None:
    with pytest.raises(NotFoundError, match="Session not found") as failed:
        client.sessions.get("nobody")
    assert failed.value.status_code == 404
    shown = [frame.name for frame in traceback.extract_tb(failed.tb)]
    assert shown[0] == "test_a_failure_keeps_its_type_and_shows_where_it_happened"
    assert shown[-1] in ("_plan", "_attempts")
    assert len(shown) < 15
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_a_wrong_argument_is_reported_where_the_list_is_made(client: ExecClient, sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="page_size"):
        client.sessions.list(page_size=1000)
    with pytest.raises(ConfigurationError, match="would change the path"):
        client.sessions.get("..")
    with pytest.raises(ConfigurationError, match="limit=-1"):
        client.sessions.list().collect(limit=-1)
    assert not sandbox.requests


def test_retries_are_the_asynchronous_ones() -> None:
    api = Api(refusal(503), refusal(429, {"retry-after": "7"}), httpx.Response(200, json={"id": "x"}))
    virtual = Time()
    with ExecClient(KEY, transport=api.transport, _seams=virtual.seams) as client:
        assert client.sessions.get("x").id == "x"
    assert len(api.requests) == 3
    assert 7.0 <= virtual.passed < 20


# --- walks


def test_a_walk_asks_for_a_page_when_it_is_needed(client: ExecClient, sandbox: Sandbox) -> None:
    walk = iter(client.sessions.list())
    assert not sandbox.requests
    for number, _ in enumerate(walk, 1):
        assert len(sandbox.requests) == (number + 99) // 100
        if number == 130:
            break
    assert len(sandbox.requests) == 2
    assert len([*walk]) == 120


def test_after_a_break_the_bookmark_goes_on_with_the_next_item(client: ExecClient) -> None:
    everything = [session.id for session in client.sessions.list()]
    assert len(set(everything)) == 250
    for given in (0, 1, 99, 100, 101, 250):
        pager = client.sessions.list()
        walk = iter(pager)
        first = [next(walk).id for _ in range(given)]
        rest = pager.resume(pickle.loads(pickle.dumps(pager.bookmark)))
        assert isinstance(rest, Pager)
        assert first + [session.id for session in rest] == everything
    assert pager.report.exact
    assert pager.report.expected == 250


def test_the_parts_of_a_list(client: ExecClient, sandbox: Sandbox) -> None:
    page = client.sessions.list(page=2, page_size=10).page()
    assert isinstance(page, Page)
    assert (page.page, len(page), page.total_count) == (2, 10, 250)
    assert client.sessions.list().count() == 250
    assert len(sandbox.requests) == 2
    assert sum(len(page) for page in client.sessions.list().pages()) == 250
    sandbox.requests.clear()
    assert len(client.sessions.list().collect(limit=150)) == 150
    assert len(sandbox.requests) == 2
    with client.sessions.list().prefetch(2) as ahead:
        assert isinstance(ahead, Items)
        assert len({session.id for session in ahead}) == 250
    with (
        pytest.raises(ConfigurationError, match="pages=0"),
        client.sessions.list().prefetch(0),
    ):
        raise AssertionError("the number was taken")


def test_a_prefetch_that_is_left_ends_its_requests(client: ExecClient) -> None:
    with client.sessions.list().prefetch(2) as ahead:
        first = next(ahead)
        assert isinstance(first, SessionListItem)
    with pytest.raises(ConfigurationError, match="the prefetch has ended"):
        list(ahead)


def test_a_walk_goes_on_after_a_failure() -> None:
    items: list[dict[str, Any]] = [{"id": str(number)} for number in range(2)]
    pages = [page_of(items[:1], 1, 2, 1), refusal(500), page_of(items[1:], 2, 2, 1)]
    for walk_of in (Pager.items, Pager.pages):
        with client_of(Api(*pages), retry=ONCE) as client:
            walk: Iterator[Any] = walk_of(client.scenarios.list_assignments(page_size=1))
            next(walk)
            with pytest.raises(InternalServerError) as failed:
                next(walk)
            assert failed.value.bookmark is not None
            assert len([*walk]) == 1


def test_a_strict_walk_is_strict() -> None:
    changed = [
        page_of([{"id": "a"}], 1, 2, 1),
        page_of([{"id": "b"}], 2, 3, 1),
        page_of([{"id": "c"}], 3, 3, 1),
    ]
    for walk in (
        lambda pager, **how: [*pager.items(**how)],
        lambda pager, **how: [*pager.pages(**how)],
        lambda pager, **how: pager.collect(**how),
        prefetched,
    ):
        with client_of(Api(*changed)) as client:
            assert len(walk(client.scenarios.list_assignments(page_size=1))) == 3
        with client_of(Api(*changed)) as client, pytest.raises(PaginationError, match="cannot be shown"):
            walk(client.scenarios.list_assignments(page_size=1), strict=True)


def prefetched(pager: Pager[Any], **how: Any) -> list[Any]:
    with pager.prefetch(1, **how) as items:
        return [*items]


def test_what_is_here_is_given_without_the_thread(client: ExecClient) -> None:
    walk = iter(client.sessions.list())
    first = next(walk)
    client.close()
    rest = [next(walk) for _ in range(99)]
    assert len({session.id for session in (first, *rest)}) == 100
    with pytest.raises(ClientClosedError):
        next(walk)


# --- threads and event loops


async def test_it_works_where_an_event_loop_is_running(client: ExecClient) -> None:
    assert asyncio.get_running_loop().is_running()
    assert client.sessions.list().count() == 250
    assert sum(1 for _ in client.sessions.list()) == 250


def test_many_threads_share_one_client_and_its_thread(client: ExecClient) -> None:
    ids = [session.id for session in client.sessions.list()]
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda each: client.sessions.get(each).id, ids[:80]))
    assert read == ids[:80]
    assert [thread.name for thread in threading.enumerate()].count("exec-api-client") == 1


def test_threads_that_begin_at_once_start_one_thread(sandbox: Sandbox) -> None:
    together = threading.Barrier(8, timeout=5)
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), rate_limit=None) as client:

        def begin(_: int) -> int:
            together.wait()
            return client.sessions.list().count()

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(begin, range(8))) == [250] * 8
        assert [thread.name for thread in threading.enumerate()].count("exec-api-client") == 1


@pytest.mark.parametrize("walk_of", [Pager.items, Pager.pages])
def test_threads_that_share_a_walk_get_other_items(
    client: ExecClient, walk_of: Callable[[Pager[Any]], Iterator[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    giving, pop = threading.Lock(), _sync_walks._Buffer.pop

    def pop_alone(items: Any) -> Any:
        assert giving.acquire(blocking=False), "two threads are given an item at once"
        time.sleep(0)
        item = pop(items)
        giving.release()
        return item

    monkeypatch.setattr(_sync_walks._Buffer, "pop", pop_alone)
    walk = walk_of(client.sessions.list(page_size=5))
    with ThreadPoolExecutor(4) as threads:
        parts = [part.result() for part in [threads.submit(list, walk) for _ in range(4)]]
    given = [item for part in parts for item in part]
    items = [item for page in given for item in page] if isinstance(given[0], Page) else given
    assert len(items) == len({item.id for item in items}) == 250


WHO = contextvars.ContextVar("WHO", default="nobody")


def test_hooks_see_the_context_of_the_caller(sandbox: Sandbox) -> None:
    seen: list[str] = []
    hooks = Hooks(on_request=lambda _: seen.append(WHO.get()))
    with ExecClient(SANDBOX_KEY, transport=sandbox.transport(), hooks=hooks) as client:
        client.sessions.list().count()
        WHO.set("jane")
        client.sessions.list().count()
    assert seen == ["nobody", "jane"]
