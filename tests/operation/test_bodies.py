"""How arguments become the body of a request."""

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from exec_api_client import UNSET, ConfigurationError
from exec_api_client._runtime.arguments import KINDS, Argument, Kind
from exec_api_client._runtime.operations import Body, Parameter
from exec_api_client._runtime.requests import Request, build_request
from exec_api_client.models import User
from tests.operation.building import DAY, NOON, operation

FIELDS = Body({"name": Argument("name", "anything", nullable=True), "from_": Argument("from", "date-time")})


def request_of(body: Body, /, **arguments: Any) -> Request:
    return build_request(
        operation(Parameter("id", "string", "path"), path="/things/{id}", body=body), arguments
    )


def sent(body: Body = FIELDS, /, **arguments: Any) -> Any:
    """The JSON that is sent; it must be there."""
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
    assert build_request(operation(), {}).content is None


def test_a_body_may_be_one_argument_as_it_stands() -> None:
    items = Body({"items": Argument("items", "anything", many=True)}, whole=True)
    assert sent(items, items=[1, User.from_dict({"id": "u"})]) == [1, {"id": "u"}]
    assert sent(Body({"body": Argument("body", "object", nullable=True)}, whole=True), body=None) is None


def test_an_optional_body_is_sent_if_anything_is_given() -> None:
    optional = replace(FIELDS, optional=True)
    assert request_of(optional).content is None
    assert request_of(optional).headers == {}
    assert sent(optional, name=None) == {"name": None}


@pytest.mark.parametrize("body", [FIELDS, replace(FIELDS, optional=True)])
def test_a_patch_changes_at_least_one_field(body: Body) -> None:
    patching = replace(operation(body=body), method="PATCH")
    with pytest.raises(ConfigurationError, match="pass at least one field to change"):
        build_request(patching, {})
    assert build_request(patching, {"name": None}).content == b'{"name":null}'


def test_a_body_with_an_idempotency_key_may_be_repeated() -> None:
    keyed = replace(FIELDS, key="name")
    posting = replace(operation(body=keyed), method="POST")
    made = iter(("k1", "k2"))
    ours = build_request(posting, {}, lambda: next(made))
    assert (json.loads(ours.content or b""), ours.idempotent) == ({"name": "k1"}, True)
    theirs = build_request(posting, {"name": "mine"}, lambda: next(made))
    assert (json.loads(theirs.content or b""), theirs.idempotent) == ({"name": "mine"}, True)
    assert not build_request(posting, {"name": None}).idempotent
    assert not build_request(replace(posting, body=FIELDS), {}).idempotent
    assert build_request(replace(posting, body=replace(keyed, optional=True)), {}).content is None


def test_a_required_field_of_a_body() -> None:
    name = {"name": Argument("name", "string", required=True, nullable=True)}
    for body in (Body(name), Body(name, whole=True)):
        assert sent(body, name=None) in ({"name": None}, None)
        with pytest.raises(ConfigurationError, match=r"things\.find\(name=UNSET\): name is required"):
            sent(body)


def field(value: Any, kind: Kind, **rules: Any) -> Any:
    """What is sent of one field `f`."""
    return sent(Body({"f": Argument("f", kind, **rules)}), f=value)["f"]


def refused(value: Any, kind: Kind, **rules: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        field(value, kind, **rules)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value", "json"),
    [
        ("string", "王,b", "王,b"),
        ("integer", 5, 5),
        ("number", 0.5, 0.5),
        ("boolean", False, False),
        ("date-time", NOON, "2026-03-01T12:00:00Z"),
        ("date-time", "2026-03-01 12:00:00+01:00", "2026-03-01T12:00:00+01:00"),
        ("date", DAY, "2026-03-01"),
        ("uuid", UUID(int=1), str(UUID(int=1))),
        ("object", User.from_dict({"id": "u", "new": [1]}), {"id": "u", "new": [1]}),
        ("object", MappingProxyType({"at": NOON}), {"at": "2026-03-01T12:00:00Z"}),
        ("anything", {"a": [DAY]}, {"a": ["2026-03-01"]}),
    ],
)
def test_a_field_is_what_json_has_for_its_kind(kind: Kind, value: Any, json: Any) -> None:
    assert field(value, kind) == json
    assert field((value, value), kind, many=True) == [json, json]


@pytest.mark.parametrize("kind", [*KINDS])
def test_a_field_of_another_kind_is_refused_in_the_words_for_parameters(kind: Kind) -> None:
    for value in (b"x", [1]):
        assert refused(value, kind) == f"things.find(f={value!r}): f must be {KINDS[kind][1]}"
    assert refused([b"x"], kind, many=True).endswith(f"f[0] must be {KINDS[kind][1]}")
    assert refused("a,b", kind, many=True).startswith(
        "things.find(f='a,b'): f must be a list; write ['a', 'b']"
    )


def test_null_is_sent_only_where_the_api_takes_it() -> None:
    assert field(None, "string", nullable=True) is field(None, "string", nullable=True, many=True) is None
    assert field(["a", None], "string", many=True, sparse=True) == ["a", None]
    assert refused([None], "string", many=True, nullable=True).endswith("f[0] must be a string")
    assert refused(None, "string") == (
        "things.find(f=None): f must not be null; leave it out to send nothing"
    )
    assert refused(None, "string", required=True) == "things.find(f=None): f is required"


def test_a_list_of_a_body_may_be_empty_and_hold_commas() -> None:
    assert field([], "string", many=True) == []
    assert field({"a,b"}, "string", many=True) == ["a,b"]
    assert field({"a": 1}.keys(), "string", many=True) == ["a"]


def endless() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), object(), b"bytes", NOON.replace(tzinfo=None), {(1, 2): 3}, endless()],
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"things\.find: the body must be JSON: "):
        sent(name=value)
