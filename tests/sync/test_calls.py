"""Calls of the synchronous client: models, failures, retries."""

import traceback

import httpx
import pytest

from exec_api_client import ConfigurationError, NotFoundError
from exec_api_client.models import SessionDetail, SessionListItem
from exec_api_client.sandbox import Sandbox
from exec_api_client.sync import ExecClient
from tests.fakes import KEY, Api, Time, refusal


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
