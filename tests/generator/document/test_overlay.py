"""Corrections in the form of an OpenAPI Overlay."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.document.overlay import apply
from generator.document.yaml import load_file
from generator.emit.generate import OVERLAY
from generator.errors import GeneratorError

from ..growing import published

DOCUMENT: dict[str, Any] = {
    "info": {"title": "A", "version": "1"},
    "list": [{"name": "one", "n": 1}, {"name": "two", "n": 2}, {"name": "three", "n": 3}],
    "deep": {"a": {"b": [1]}, "text": "x", "nothing": None},
}


def overlay_of(*actions: Any, **fields: Any) -> dict[str, Any]:
    return {"overlay": "1.1.0", "info": {"title": "T", "version": "1"}, "actions": list(actions), **fields}


def act(target: str, **change: Any) -> dict[str, Any]:
    return {"target": target, "description": "Because.", **change}


def applied(*actions: Any) -> dict[str, Any]:
    before = copy.deepcopy(DOCUMENT)
    result = apply(DOCUMENT, overlay_of(*actions))
    assert before == DOCUMENT
    return result


def refused(*actions: Any, **fields: Any) -> str:
    with pytest.raises(GeneratorError) as caught:
        apply(DOCUMENT, overlay_of(*actions, **fields))
    return str(caught.value)


@pytest.mark.parametrize(
    ("actions", "place", "value"),
    [
        (
            [act("$.deep", update={"a": {"b": [2], "c": {}}, "text": "y", "nothing": 0, "new": [1]})],
            "deep",
            {"a": {"b": [1, 2], "c": {}}, "text": "y", "nothing": 0, "new": [1]},
        ),
        (
            [
                act("$.list[*]", update={"tags": ["x"]}),
                act("$.list[0]", update={"tags": ["y"]}),
                act("$..n", remove=True),
            ],
            "list",
            [
                {"name": "one", "tags": ["x", "y"]},
                {"name": "two", "tags": ["x"]},
                {"name": "three", "tags": ["x"]},
            ],
        ),
        ([act("$.list[?@.n < 3]", remove=True)], "list", [{"name": "three", "n": 3}]),
        ([act("$.list[?search(@.name, 'w|h')]", remove=True)], "list", [{"name": "one", "n": 1}]),
        ([act("$.deep..*", remove=True)], "deep", {}),
        (
            [act("$.info", update={"new": {}}), act("$.info.new", update={"x": 1})],
            "info",
            {**DOCUMENT["info"], "new": {"x": 1}},
        ),
    ],
)
def test_actions_change_a_copy_one_after_the_other(actions: list[Any], place: str, value: Any) -> None:
    assert applied(*actions)[place] == value


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        (act("$.none", update={}), "the target matches nothing; mend a slip in it"),
        (act("$.list[", update={}), "the target must be a JSONPath (RFC 9535)"),
        (act("$", remove=True), "the document itself cannot be removed"),
        (act("$.deep.text", update={}), "$['deep']['text'] must be an object; choose the one that holds it"),
        (act("$.deep.a.b", update={}), "$['deep']['a']['b'] must be an object; choose the one that holds it"),
        (act("$.deep", update={"a": {"b": 1}}), "$['deep'].a.b cannot become of another kind"),
        (act("$.deep", update={"text": {}}), "$['deep'].text cannot become of another kind"),
        *(
            (action, "an action must have a `target` and either an `update` to add or `remove: true`")
            for action in (
                *({"description": "Because.", "update": {}}, act("$"), act("$", update={}, remove=True)),
                *(act("$.info", update="x"), act("$.info", remove=False), "remove all"),
            )
        ),
    ],
)
def test_an_action_that_cannot_be_applied_is_named(action: Any, problem: str) -> None:
    message = refused(act("$.info", update={"x": 1}), action)
    target = action.get("target", "None") if isinstance(action, dict) else ""
    assert message.startswith(f"overlay action 2 ({target}): {problem}")


def test_an_overlay_without_actions_is_refused() -> None:
    assert refused(actions=None).startswith("the overlay must have a list of `actions`")


def test_our_own_overlay_applies_to_the_published_document() -> None:
    document = published()
    assert apply(document, load_file(OVERLAY)) != document
