"""Apply an OpenAPI Overlay 1.1 document, strictly: an action that changes nothing is a mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from jsonpath_rfc9535 import JSONPathError, JSONPathNode, find

_CHANGES = ("update", "copy", "remove")
_OVERLAY_KEYS = ("overlay", "info", "extends", "actions")
_INFO_KEYS = ("title", "version", "description")
_ACTION_KEYS = ("target", "description", *_CHANGES)


class OverlayError(ValueError):
    """An overlay that is malformed, or an action that cannot be applied; names the action."""


def apply(
    document: dict[str, Any],
    overlay: dict[str, Any],
    problems: Callable[[dict[str, Any]], Iterable[str]] = lambda _: (),
) -> dict[str, Any]:
    """The document as the overlay's actions change it, one after the other; the input stays as it is.

    Args:
        document: What is corrected.
        overlay: The corrections.
        problems: What is wrong with a document. The overlay may not spoil one with which nothing is wrong.
    """
    _check(overlay)
    found = [[*problems(document)]]
    changed: dict[str, Any] = _fresh(document)
    for number, action in enumerate(overlay["actions"], start=1):
        with _in(f"overlay action {number}", action):
            _act(changed, action)
            found.append([*problems(changed)])
    if found[-1] and not found[0]:
        first, *others = found[-1]
        number = next(number for number, there in enumerate(found) if first in there)
        with _in(f"overlay action {number}", overlay["actions"][number - 1]):
            raise OverlayError(first + (f" (and {len(others)} more)" if others else ""))
    return changed


@contextmanager
def _in(place: str, action: Any = None) -> Iterator[None]:
    """Say where a mistake is; what an action is found by comes last, since it can be long."""
    try:
        yield
    except OverlayError as error:
        said = action if isinstance(action, dict) else {}
        found_by = [" ".join(str(said[key]).split()) for key in ("target", "description") if key in said]
        raise OverlayError(f"{place}: {error}" + (f" ({'; '.join(found_by)})" if found_by else "")) from error


# --- actions


def _act(document: dict[str, Any], action: dict[str, Any]) -> None:
    nodes = _select(document, action["target"], "target")
    if not nodes:
        raise OverlayError(
            "the target matches nothing: mend a slip in it, or, if the document has been corrected, "
            "remove the action"
        )
    if "remove" in action:
        _remove(nodes)
        return
    change = action["update"] if "update" in action else _one(_select(document, action["copy"], "copy"))
    for node in nodes:
        _update(node, _fresh(change))


def _select(document: dict[str, Any], query: str, role: str) -> list[JSONPathNode]:
    try:
        nodes = find(query, document)
    except JSONPathError as error:
        raise OverlayError(f"the {role} {query} is no JSONPath (RFC 9535): {error}") from error
    return list({node.location: node for node in nodes}.values())


def _one(nodes: list[JSONPathNode]) -> Any:
    if len(nodes) != 1:
        raise OverlayError(f"copy must select exactly one node, and selects {len(nodes)}")
    return _fresh(nodes[0].value)  # before the first update changes it


def _remove(nodes: Iterable[JSONPathNode]) -> None:
    # From the back, so that the positions of what is still to be removed from an array stay right.
    for node in sorted(nodes, key=lambda node: node.location, reverse=True):
        if node.parent is None:
            raise OverlayError("the document itself cannot be removed")
        del node.parent.value[node.location[-1]]  # type: ignore[attr-defined]


def _update(node: JSONPathNode, change: Any) -> None:
    value = node.value
    if isinstance(value, list):
        value.append(change)
    elif isinstance(value, dict):
        if not isinstance(change, dict):
            raise OverlayError(f"{node.path()} is an object, which {_kind(change)} cannot be merged with")
        _merge(value, change, node.path())
    elif isinstance(change, dict | list):
        raise OverlayError(f"{node.path()} is a primitive value, which {_kind(change)} cannot replace")
    else:
        node.value = change


def _merge(target: dict[str, Any], change: dict[str, Any], path: str) -> None:
    for key, value in change.items():
        present = target.get(key)
        if key not in target:
            target[key] = value
        elif _kind(present) != _kind(value):
            raise OverlayError(
                f"{path}: {key} is {_kind(present)}, which {_kind(value)} cannot be merged with"
            )
        elif isinstance(value, dict):
            _merge(target[key], value, f"{path}.{key}")
        elif isinstance(value, list):
            target[key].extend(value)
        else:
            target[key] = value


def _fresh(value: Any) -> Any:
    """A copy that shares no part with another, nor one of its parts with the next."""
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    return [_fresh(item) for item in value] if isinstance(value, list) else value


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a primitive value"


# --- form


def _check(overlay: dict[str, Any]) -> None:
    with _in("the overlay"):
        _check_keys(overlay, _OVERLAY_KEYS)
        version = overlay.get("overlay")
        if not isinstance(version, str) or not re.fullmatch(r"1\.1\.\d+", version):
            raise OverlayError(f"its version should be 1.1.0, and is {version!r}")
        if "extends" in overlay:
            _check_text(overlay, "extends")
    info: Any = overlay.get("info")
    with _in("info"):
        _check_keys(info, _INFO_KEYS)
        _check_text(info, "title")
        _check_text(info, "version")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise OverlayError("the overlay should have a list of at least one action")
    for number, action in enumerate(actions, start=1):
        with _in(f"overlay action {number}", action):
            _check_action(action)


def _check_action(action: Any) -> None:
    _check_keys(action, _ACTION_KEYS)
    _check_text(action, "target")
    _check_text(action, "description")
    changes = [key for key in _CHANGES if key in action]
    if len(changes) != 1:
        found = " and ".join(changes) or "none"
        raise OverlayError(f"should have one of update, copy and remove, and has {found}")
    if "copy" in action:
        _check_text(action, "copy")
    if "remove" in action and action["remove"] is not True:
        raise OverlayError("remove should be true, or left out")


def _check_keys(value: Any, known: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        raise OverlayError(f"should be an object, and is {_kind(value)}")
    for key in value:
        if key not in known and not key.startswith("x-"):
            raise OverlayError(f"the key {key!r} is not known; write one of {', '.join(known)}")


def _check_text(holder: dict[str, Any], key: str) -> None:
    if not isinstance(holder.get(key), str) or not holder[key].strip():
        raise OverlayError(f"{key} is missing, or not a text")
