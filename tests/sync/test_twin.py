"""The synchronous client is the same as the asynchronous one."""

import inspect
import pickle
import re
import traceback
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

import exec_api_client
from exec_api_client import AsyncExecClient, AsyncPager, ConfigurationError, RateLimit
from exec_api_client.generated.api import Resources, ResourcesSync
from exec_api_client.sync import ExecClient, Items, Pager
from tests.fakes import KEY, OK, Api
from tests.sync.clients import client_of


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
    assert repr(client.sessions.list()) == "<Pager of sessions.list: iterate it, or collect() it>"
    assert (client.base_url, client.rate_limit, client.usage) == ("https://api.exec.com/rest/v1", None, None)
    for value in (client, client.sessions, client.sessions.list(), iter(client.sessions.list())):
        with pytest.raises(TypeError, match="a client is not pickled"):
            pickle.dumps(value)


def test_other_settings_share_the_connections_and_the_limit() -> None:
    api = Api(OK)
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


def test_it_stands_beside_the_asynchronous_client() -> None:
    assert exec_api_client.ExecClient is ExecClient
    with pytest.raises(AttributeError, match="module 'exec_api_client' has no attribute 'Client'"):
        vars(exec_api_client)["__getattr__"]("Client")
