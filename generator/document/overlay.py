"""Corrections to a document, in the form of an OpenAPI Overlay 1.1: the actions `update` and `remove`."""

from __future__ import annotations

import copy
from typing import Any

from jsonpath_rfc9535 import JSONPathError, find

from ..errors import GeneratorError
from .openapi import Node


def apply(document: Node, overlay: Node) -> Node:
    """Return the document as the overlay's actions change it, one after the other.

    Raises:
        GeneratorError: The overlay has another form, or an action changes nothing; names the action.
    """
    if not isinstance(overlay.get("actions"), list):
        raise GeneratorError("the overlay must have a list of `actions`; write one, which may be empty")
    changed = copy.deepcopy(document)
    for number, action in enumerate(overlay["actions"], start=1):
        try:
            _act(changed, action)
        except GeneratorError as error:
            told = " ".join(str(action.get("target")).split()) if isinstance(action, dict) else ""
            raise error.within(f"overlay action {number} ({told})") from error
    return changed


def _act(document: Node, action: Any) -> None:
    is_object = isinstance(action, dict) and isinstance(action.get("target"), str)
    if not is_object or isinstance(action.get("update"), dict) == (action.get("remove") is True):
        raise GeneratorError("an action must have a `target` and either an `update` to add or `remove: true`")
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
        if "update" in action:
            _update(node.value, copy.deepcopy(action["update"]), node.path())
        elif node.parent:
            del node.parent.value[node.location[-1]]  # type: ignore[attr-defined]
        else:
            raise GeneratorError("the document itself cannot be removed; choose a part of it")


def _update(value: object, change: Node, path: str) -> None:
    """Add the parts of one object to another, and the items of its arrays to those there."""
    if not isinstance(value, dict):
        raise GeneratorError(f"{path} must be an object; choose the one that holds it")
    for key, new in change.items():
        old = value.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            _update(old, new, f"{path}.{key}")
        elif isinstance(old, list) and isinstance(new, list):
            old.extend(new)
        elif key in value and (isinstance(old, dict | list) or isinstance(new, dict | list)):
            raise GeneratorError(f"{path}.{key} cannot become of another kind; remove it in an action before")
        else:
            value[key] = new
