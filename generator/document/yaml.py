"""YAML in and out, for documents that hold JSON's types and nothing else."""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from ..errors import GeneratorError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_TAG = "tag:yaml.org,2002:"
# Strings that a reader of YAML 1.1 takes for a number, a date or a boolean. A version of three parts is none.
_QUOTED = re.compile(r"[-+.\d](?!\d*\.\d+\.\d+$).*|(y|yes|n|no|on|off)", re.IGNORECASE)
# Strings that stay whole only between double quotes, which escape what they hold.
_ESCAPED = re.compile(
    r"\s.*|.*[^\S\n]|.*[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd].*", re.DOTALL
)
_WIDTH = 96


def load(text: str) -> Json:
    """Return the value that a text holds, by the core schema of YAML 1.2: dates and `yes` are strings.

    Raises:
        GeneratorError: The text is not YAML, or holds more than JSON's types. It names the line.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        return None if node is None else _value(node)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = " ".join(str(getattr(error, "problem", None) or error).split())
        raise GeneratorError(f"line {mark.line + 1 if mark else 1}: {said}") from error
    except RecursionError as error:
        raise GeneratorError("line 1: lists and mappings are nested too deeply; flatten them") from error


def load_file(path: Path) -> dict[str, Any]:
    """Return the mapping that a file holds.

    Raises:
        GeneratorError: The file holds something else.
    """
    try:
        document = load(path.read_text(encoding="utf-8-sig"))
    except (GeneratorError, UnicodeDecodeError) as error:
        raise GeneratorError(str(error)).within(path.name) from error
    if not isinstance(document, dict):
        raise GeneratorError(f"{path.name}: must hold a mapping; name another file")
    return document


def _value(node: Any) -> Json:
    """Build a value of its own for each alias, so that changing one leaves the others."""
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
        raise _error(node, f"the tag {node.tag} is not one of JSON's types; remove it")
    if not isinstance(node, MappingNode):
        return [_value(item) for item in node.value]
    mapping: dict[str, Json] = {}
    for key, item in node.value:
        if not isinstance(key, ScalarNode):
            raise _error(key, "a key must be a string; write it as one")
        if key.tag == f"{_TAG}merge":
            raise _error(key, "the merge key `<<` is not supported; write out what it stands for")
        if key.value in mapping:
            raise _error(key, f"the key {key.value!r} stands twice in one mapping; remove one")
        mapping[key.value] = _value(item)
    return mapping


def _scalar(node: ScalarNode) -> Json:
    kind, text = str(node.tag).removeprefix(_TAG), node.value
    try:
        if kind == "int" and "_" not in text:
            return int(text, 0 if text.startswith(("0o", "0x")) else 10)
        if kind == "float" and "_" not in text:
            if text.lower().endswith(("inf", "nan")):
                raise ValueError
            return float(text)
    except ValueError as error:
        raise _error(node, f"{text[:40]} is not a number that JSON knows; write another") from error
    if kind in ("null", "bool"):
        return None if kind == "null" else text.lower() == "true"
    if kind in ("str", "int", "float", "timestamp", "merge", "value"):
        return str(text)
    raise _error(node, f"the tag {node.tag} is not one of JSON's types; remove it")


def _error(node: Any, problem: str) -> GeneratorError:
    return GeneratorError(f"line {node.start_mark.line + 1}: {problem}")


class _Representer(SafeRepresenter):
    """Writes strings in the form that reads best."""

    def text(self, value: str) -> Any:
        style: str | None = None
        if _ESCAPED.fullmatch(value):
            style = '"'
        elif "\n" in value:
            style = "|"
        elif len(value) > _WIDTH - 32 and " " in value:
            style = ">"
        elif _QUOTED.fullmatch(value):
            style = "'"
        return self.represent_scalar(f"{_TAG}str", value, style=style)


_Representer.add_representer(str, _Representer.text)


def dump(document: dict[str, Json]) -> str:
    """Return a document as YAML that `load` reads back unchanged."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    # Where ruamel.yaml folds a string with control characters, it can lose some of them.
    for width in (_WIDTH, sys.maxsize):
        yaml.width = width
        written = StringIO()
        yaml.dump(document, written)
        if load(written.getvalue()) == document:
            return written.getvalue()
    raise AssertionError("ruamel.yaml does not read what it wrote")
