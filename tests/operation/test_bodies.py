"""How arguments become the body of a request."""

import json
from dataclasses import replace
from typing import Any

import pytest

from exec_api_client import UNSET, ConfigurationError
from exec_api_client._operation import Body, Parameter, Request, build
from exec_api_client.models import User
from tests.operation.building import NOON, operation

FIELDS = Body({"name": "name", "from_": "from"})


def request_of(body: Body, /, **arguments: Any) -> Request:
    return build(operation(Parameter("id", "path", "string"), path="/things/{id}", body=body), arguments)


def sent(body: Body = FIELDS, /, **arguments: Any) -> Any:
    """The JSON that is sent; it has to be there."""
    content = request_of(body, **arguments).content
    assert content is not None
    return json.loads(content)


def test_a_body_leaves_out_what_is_unset_and_sends_null_for_none() -> None:
    assert sent() == {}
    assert sent(name=UNSET) == {}
    assert sent(name=None, from_=NOON) == {"name": None, "from": "2026-03-01T12:00:00Z"}
    assert sent(name=[User.from_dict({"id": "u"}), {"a": UNSET}]) == {"name": [{"id": "u"}, {}]}
    assert sent(name="王 \ud800") == {"name": "王 \ud800"}


def test_a_body_is_json_and_says_so() -> None:
    request = request_of(FIELDS, id="x", name="Zoë")
    assert request.headers == {"content-type": "application/json"}
    assert request.path == "/things/x"
    patch = request_of(replace(FIELDS, media_type="application/merge-patch+json"))
    assert patch.headers == {"content-type": "application/merge-patch+json"}
    assert build(operation(), {}).content is None


def test_a_body_may_be_one_argument_as_it_stands() -> None:
    assert sent(Body(whole="items"), items=[1, User.from_dict({"id": "u"})]) == [1, {"id": "u"}]
    assert sent(Body(), body=None) is None


def test_an_optional_body_is_sent_if_anything_is_given() -> None:
    optional = replace(FIELDS, optional=True)
    assert request_of(optional).content is None
    assert request_of(optional).headers == {}
    assert sent(optional, name=None) == {"name": None}


def test_a_body_with_an_idempotency_key_may_be_repeated() -> None:
    keyed = replace(FIELDS, key="name")
    posting = replace(operation(body=keyed), method="POST")
    made = iter(("k1", "k2"))
    ours = build(posting, {}, lambda: next(made))
    assert (json.loads(ours.content or b""), ours.idempotent) == ({"name": "k1"}, True)
    theirs = build(posting, {"name": "mine"}, lambda: next(made))
    assert (json.loads(theirs.content or b""), theirs.idempotent) == ({"name": "mine"}, True)
    assert not build(posting, {"name": None}).idempotent
    assert not build(replace(posting, body=FIELDS), {}).idempotent
    assert build(replace(posting, body=replace(keyed, optional=True)), {}).content is None


def test_a_required_field_of_a_body() -> None:
    for body in (replace(FIELDS, required=("name",)), Body(whole="name", required=("name",))):
        assert sent(body, name=None) in ({"name": None}, None)
        with pytest.raises(ConfigurationError, match=r"things\.find\(name=UNSET\): name is required"):
            sent(body)


def endless() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), object(), b"bytes", NOON.replace(tzinfo=None), {(1, 2): 3}, endless()],
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"things\.find: the body cannot be written as JSON: "):
        sent(name=value)
