"""The comparison of two documents: what it says of each kind of change, and that it leaves nothing out."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.document.compare import difference
from generator.wire import changes

from .comparing import GROWN, PUBLISHED, small, told


def test_a_shared_schema_is_told_of_once_with_the_operations_that_reach_it() -> None:
    [change] = told(PUBLISHED, lambda new: new["components"]["schemas"]["User"]["properties"].pop("email"))
    assert (change.place, change.breaking) == ("User.email", True)
    assert {
        "GET /scenarios/assignments",
        "GET /scenarios/{scenario_id}/analytics/participants",
        "GET /sessions",
        "GET /sessions/{session_id}",
    } <= set(change.reach)
    assert "GET /scenarios/{scenario_id}/analytics/summary" not in change.reach


def test_a_shared_parameter_is_told_of_once() -> None:
    found = told(GROWN, lambda new: new["components"]["parameters"]["Page"].update(required=True))
    assert [(change.place, change.breaking, len(change.reach)) for change in found] == [
        ("components.parameters.Page", True, 2)
    ]


def test_how_the_key_is_sent_concerns_every_operation() -> None:
    def edit(new: Any) -> None:
        new["components"]["securitySchemes"]["bearerAuth"]["scheme"] = "basic"

    [change] = told(PUBLISHED, edit)
    assert (change.place, change.kind) == ("components.securitySchemes.bearerAuth", "scheme")
    assert change.breaking


def test_an_operation_that_becomes_no_method_says_so() -> None:
    new = copy.deepcopy(PUBLISHED)
    new["paths"]["/more"] = {"get": {"responses": {}}}
    for left_out, reason in (
        ((), "it is one more method"),
        (("GET /more",), "generator/overlay.yaml removes it"),
    ):
        [change] = changes(PUBLISHED, new, left_out)
        assert (change.place, change.verb, change.breaking) == ("GET /more", "came", False)
        assert change.reason.startswith(reason)


def test_an_untouched_document_has_no_changes() -> None:
    for document in (PUBLISHED, GROWN, small()):
        assert changes(document, copy.deepcopy(document)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "string", "object", "#/x", "id"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "$ref", "x-a", "allOf", "enum", "get"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def holders(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list) and node:
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from holders(value)


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """The document with something changed, added, removed or turned round, anywhere."""
    new = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 2))):
        found = list(holders(new)) or [new]
        holder = found[draw(st.integers(0, len(found) - 1))]
        keys = list(holder if isinstance(holder, dict) else range(len(holder)))
        key = draw(st.sampled_from(keys or ["paths"]))
        match draw(st.sampled_from(["set", "remove", "add", "reverse"])):
            case "set":
                holder[key] = draw(JSON)
            case "remove" if keys:
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(["nullable", "required", "oneOf", "x-b", "servers"]))] = draw(
                    JSON
                )
            case "reverse" if isinstance(holder, list):
                holder.reverse()
            case _:
                holder.clear()
    return new


@pytest.mark.parametrize("document", [GROWN, PUBLISHED, small()], ids=["grown", "published", "small"])
def test_something_is_told_if_and_only_if_the_documents_differ(document: Any) -> None:
    @settings(max_examples=250, deadline=None, database=None)
    @given(mutated(document))
    def check(new: Any) -> None:
        differ = difference(document, new) is not None
        assert bool(changes(document, new)) is differ
        assert bool(changes(new, document)) is differ

    check()


@given(mutated(small()), st.randoms())
@settings(max_examples=50, deadline=None, database=None)
def test_the_order_of_keys_is_no_change(new: Any, random: Any) -> None:
    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: shuffled(node[key]) for key in random.sample(list(node), len(node))}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    assert changes(new, shuffled(new)) == []
