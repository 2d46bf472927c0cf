from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from generator import overlay, yaml12
from generator.merge import OUTPUT

DOCUMENT: dict[str, Any] = {
    "info": {"title": "A", "version": "1"},
    "list": [{"name": "one", "n": 1}, {"name": "two", "n": 2}, {"name": "three", "n": 3}],
    "deep": {"a": {"b": [1]}, "text": "x", "nothing": None},
}


def overlay_of(*actions: Any, **fields: Any) -> dict[str, Any]:
    return {"overlay": "1.1.0", "info": {"title": "T", "version": "1"}, "actions": list(actions), **fields}


def act(target: str, **change: Any) -> dict[str, Any]:
    return {"target": target, "description": "Because.", **change}


def applied(*actions: dict[str, Any]) -> dict[str, Any]:
    before = copy.deepcopy(DOCUMENT)
    result = overlay.apply(DOCUMENT, overlay_of(*actions))
    assert before == DOCUMENT
    return result


def refused(*actions: dict[str, Any]) -> str:
    with pytest.raises(overlay.OverlayError) as caught:
        applied(*actions)
    return str(caught.value)


def test_an_action_that_makes_the_document_invalid_is_named() -> None:
    def problems(document: dict[str, Any]) -> list[str]:
        return [f"{key} is odd" for key in ("new", "more") if key in document["deep"]]

    fine, spoil = act("$.info", update={"x": 1}), act("$.deep", update={"new": 1, "more": 1})
    with pytest.raises(overlay.OverlayError, match=r"overlay action 2: new is odd \(and 1 more\) \(\$.deep;"):
        overlay.apply(DOCUMENT, overlay_of(fine, spoil, fine), problems)
    mend = act("$.deep['new', 'more']", remove=True)
    assert overlay.apply(DOCUMENT, overlay_of(spoil, mend), problems) == DOCUMENT
    spoilt = overlay.apply(DOCUMENT, overlay_of(spoil))
    assert overlay.apply(spoilt, overlay_of(fine), problems)["deep"] == spoilt["deep"]


def test_objects_are_merged_recursively_and_arrays_within_are_concatenated() -> None:
    result = applied(
        act("$.deep", update={"a": {"b": [2, 3], "c": {}}, "text": "y", "nothing": 0, "new": [1]})
    )
    assert result["deep"] == {"a": {"b": [1, 2, 3], "c": {}}, "text": "y", "nothing": 0, "new": [1]}


def test_an_array_gets_the_update_appended() -> None:
    assert applied(act("$.deep.a.b", update={"x": 1}))["deep"]["a"]["b"] == [1, {"x": 1}]


def test_a_primitive_value_is_replaced() -> None:
    result = applied(act("$.list[*].n", update=None), act("$['deep'].nothing", update="z"))
    assert [item["n"] for item in result["list"]] == [None, None, None]
    assert result["deep"]["nothing"] == "z"


def test_every_match_gets_a_copy_of_its_own() -> None:
    result = applied(act("$.list[*]", update={"tags": ["x"]}), act("$.list[0].tags", update="y"))
    assert [item["tags"] for item in result["list"]] == [["x", "y"], ["x"], ["x"]]


def test_parts_that_the_update_repeats_are_not_one() -> None:
    shared: list[Any] = []
    change = act("$.info", update={"a": shared, "b": shared})
    assert applied(change, act("$.info.a", update=1))["info"] == {**DOCUMENT["info"], "a": [1], "b": []}


def test_remove_takes_all_matches_from_objects_and_arrays() -> None:
    result = applied(act("$.list[?@.n < 3]", remove=True), act("$.deep['a', 'a', 'text']", remove=True))
    assert result["list"] == [{"name": "three", "n": 3}]
    assert result["deep"] == {"nothing": None}


def test_remove_takes_what_stands_within_another_match_too() -> None:
    assert applied(act("$.deep..*", remove=True))["deep"] == {}


def test_copy_merges_one_node_into_each_target() -> None:
    result = applied(act("$.list[0, 1]", copy="$.deep.a"), act("$.list[0].b", update=2))
    assert result["list"][0] == {"name": "one", "n": 1, "b": [1, 2]}
    assert result["list"][1] == {"name": "two", "n": 2, "b": [1]}


def test_copy_into_itself() -> None:
    assert applied(act("$.deep.a.b", copy="$.deep.a.b"))["deep"]["a"]["b"] == [1, [1]]


def test_actions_apply_to_the_result_of_those_before() -> None:
    result = applied(
        act("$.info", update={"new": {}}), act("$.info.new", copy="$.list[0]"), act("$.list", remove=True)
    )
    assert result == {
        "info": {"title": "A", "version": "1", "new": {"name": "one", "n": 1}},
        "deep": DOCUMENT["deep"],
    }


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("search(@.name, 'w|h')", ["two", "three"]),
        ("match(@.name, 't.*')", ["two", "three"]),
        ("match(@.name, 't')", []),
        (r"match(@.name, '\\p{Ll}{3}')", ["one", "two"]),
        ("length(@.name) > 3", ["three"]),
    ],
)
def test_the_functions_of_rfc_9535_are_there(filter_: str, expected: list[str]) -> None:
    mark = act(f"$.list[?{filter_}]", update={"hit": True})
    if not expected:
        assert "matches nothing" in refused(mark)
    else:
        assert [item["name"] for item in applied(mark)["list"] if "hit" in item] == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (act("$.none", update={}), "matches nothing"),
        (act("$.none", remove=True), "matches nothing"),
        (act("$.list[", update={}), r"the target \$\.list\[ is no JSONPath"),
        (act("list", update={}), "is no JSONPath"),
        (act("$.list", copy="$["), r"the copy \$\[ is no JSONPath"),
        (act("$.list", copy="$.none"), "exactly one node, and selects 0"),
        (act("$.list", copy="$.list[*]"), "exactly one node, and selects 3"),
        (act("$", remove=True), "the document itself cannot be removed"),
        (act("$.info", update="x"), r"\$\['info'\] is an object, which a primitive value cannot"),
        (act("$.info", update=[]), r"\$\['info'\] is an object, which an array cannot"),
        (
            act("$.deep.text", update={}),
            r"\$\['deep'\]\['text'\] is a primitive value, which an object cannot",
        ),
        (
            act("$.deep", update={"a": {"b": 1}}),
            r"\$\['deep'\]\.a: b is an array, which a primitive value cannot",
        ),
        (act("$.deep", update={"text": {}}), r"text is a primitive value, which an object cannot"),
    ],
)
def test_an_action_that_cannot_be_applied_is_named(change: dict[str, Any], expected: str) -> None:
    message = refused(act("$.info", update={"x": 1}), change)
    assert message.startswith("overlay action 2: ")
    assert message.endswith(f" ({change['target']}; Because.)")
    assert re.search(expected, message), message


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"target": "$", "update": {}}, "description is missing"),
        ({"target": "$", "update": {}, "description": " "}, "description is missing"),
        ({"description": "Because.", "update": {}}, "target is missing"),
        (act("$"), "one of update, copy and remove, and has none"),
        (act("$", update={}, remove=True), "one of update, copy and remove, and has update and remove"),
        (act("$", update={}, copy="$.info"), "one of update, copy and remove, and has update and copy"),
        (act("$", remove=False), "remove should be true"),
        (act("$", copy=1), "copy is missing, or not a text"),
        (act("$", updates={}), "overlay action 2: the key 'updates' is not known; write one of target, desc"),
        ("remove all", "should be an object, and is a primitive value"),
    ],
)
def test_a_malformed_action_is_named_before_any_is_applied(change: Any, expected: str) -> None:
    message = refused(act("$.none", update={}), change)
    assert message.startswith("overlay action 2")
    assert expected in message
    if isinstance(change, dict):
        found_by = message[message.index(" (") :]
        assert all(change[key].strip() in found_by for key in ("target", "description") if key in change)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"overlay": "1.0.0"}, "version should be 1.1.0, and is '1.0.0'"),
        ({"overlay": 1.1}, "version should be 1.1.0, and is 1.1"),
        ({"info": None}, "info: should be an object"),
        ({"info": {"title": "T"}}, "info: version is missing"),
        ({"info": {"title": "T", "version": "1", "name": "x"}}, "info: the key 'name' is not known"),
        ({"extends": 1}, "extends is missing, or not a text"),
        ({"actions": []}, "at least one action"),
        ({"actions": None}, "at least one action"),
        ({"action": []}, "the key 'action' is not known"),
    ],
)
def test_a_malformed_overlay_is_refused(fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(overlay.OverlayError, match=re.escape(expected)):
        overlay.apply(DOCUMENT, overlay_of(act("$.info", update={}), **fields))


def test_extensions_are_allowed() -> None:
    body = overlay_of(act("$.info", update={"x": 1}, **{"x-a": 1}), extends="openapi.yaml", **{"x-b": 1})
    assert overlay.apply(DOCUMENT, body)["info"]["x"] == 1


def test_our_own_overlay_applies_to_the_published_document() -> None:
    document = yaml12.load_file(OUTPUT)
    ours = yaml12.load_file(Path(overlay.__file__).parent / "overlay.yaml")
    before = copy.deepcopy((document, ours))
    assert overlay.apply(document, ours) != document
    assert (document, ours) == before
