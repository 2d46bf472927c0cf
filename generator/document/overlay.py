"""Corrections to a document, in the form of an OpenAPI Overlay 1.1: the actions `update` and `remove`."""

from __future__ import annotations

import copy
import re
from typing import Any

from jsonpath_rfc9535 import JSONPathError, JSONPathNode, find

from ..errors import GeneratorError
from .openapi import Node


def apply(document: Node, overlay: Node) -> Node:
    """Return the document as the overlay's actions change it, one after the other.

    Raises:
        GeneratorError: The overlay has another form, or an action changes nothing; names the action.
    """
    version = str(overlay.get("overlay"))
    if not re.fullmatch(r"1\.1\.\d+", version) or not isinstance(overlay.get("actions"), list):
        raise GeneratorError(f"the overlay must be of version 1.1.0 and have actions, not {version}")
    changed = copy.deepcopy(document)
    for number, action in enumerate(overlay["actions"], start=1):
        try:
            _act(changed, action)
        except GeneratorError as error:
            told = " ".join(str(action.get("target")).split()) if isinstance(action, dict) else ""
            raise error.within(f"overlay action {number} ({told})") from error
    return changed


def _act(document: Node, action: Any) -> None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        raise GeneratorError("an action must be an object with a `target`; write one")
    if ("update" in action) == ("remove" in action) or action.get("remove", True) is not True:
        raise GeneratorError("must have either `update` or `remove: true`; write one of them")
    try:
        nodes = {node.location: node for node in find(action["target"], document)}
    except JSONPathError as error:
        raise GeneratorError(f"the target must be a JSONPath (RFC 9535): {error}") from error
    if not nodes:
        raise GeneratorError(
            "the target matches nothing; mend a slip in it, or, if the publisher has corrected this, "
            "remove the action"
        )
    # From the back, so that the positions in an array stay right while parts of it are removed.
    for _, node in sorted(nodes.items(), reverse=True):
        if "remove" in action:
            _remove(node)
        else:
            _update(node, copy.deepcopy(action["update"]))


def _remove(node: JSONPathNode) -> None:
    if node.parent is None:
        raise GeneratorError("the document itself cannot be removed; choose a part of it")
    del node.parent.value[node.location[-1]]  # type: ignore[attr-defined]


def _update(node: JSONPathNode, change: Any) -> None:
    value = node.value
    if isinstance(value, list):
        value.append(change)
    elif isinstance(value, dict) and isinstance(change, dict):
        _merge(value, change, node.path())
    elif not isinstance(value, dict) and not isinstance(change, dict | list):
        node.value = change
    else:
        raise GeneratorError(f"{node.path()} is {_kind(value)}, which {_kind(change)} cannot change")


def _merge(value: Node, change: Node, path: str) -> None:
    for key, new in change.items():
        old = value.get(key)
        if key in value and _kind(old) != _kind(new):
            raise GeneratorError(f"{path}.{key} is {_kind(old)}, which {_kind(new)} cannot change")
        if isinstance(old, dict):
            _merge(old, new, f"{path}.{key}")
        elif isinstance(old, list):
            old.extend(new)
        else:
            value[key] = new


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a primitive value"
