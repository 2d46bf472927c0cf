"""YAML in and out, for documents that hold JSON's types and nothing else."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import SafeRepresenter

from ..errors import GeneratorError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_TAG = "tag:yaml.org,2002:"
# Strings that a reader of YAML 1.1 takes for a number, a date or a boolean. A version of three parts is none.
_QUOTED = re.compile(r"[-+.\d](?!\d*\.\d+\.\d+$).*|(y|yes|n|no|on|off)", re.IGNORECASE)
_WIDTH = 96


class _Constructor(SafeConstructor):
    """Builds JSON's types: a date is text, and so is every key."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        for key, _ in node.value:
            if key.tag == f"{_TAG}merge":
                problem = "the merge key `<<` is not supported; write out what it stands for"
                raise ConstructorError(None, None, problem, key.start_mark)
            key.tag = f"{_TAG}str"
        return super().construct_mapping(node, deep)


for _name in ("timestamp", "merge", "value"):
    _Constructor.add_constructor(f"{_TAG}{_name}", SafeConstructor.construct_yaml_str)


def load(text: str | bytes) -> Json:
    """Return the value that a text holds, by the core schema of YAML 1.2: dates and `yes` are strings.

    Raises:
        GeneratorError: The text is not YAML, or holds more than JSON's types. It names the line.
    """
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        # Through JSON each alias becomes a value of its own, so that changing one leaves the others.
        value: Json = json.loads(json.dumps(yaml.load(text), allow_nan=False))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = " ".join(str(getattr(error, "problem", None) or error).split())
        raise GeneratorError(f"line {mark.line + 1 if mark else 1}: {said}") from error
    except (RecursionError, TypeError, ValueError) as error:
        raise GeneratorError(f"must hold what JSON can hold: {error}") from error
    return value


def load_file(path: Path) -> dict[str, Any]:
    """Return the mapping that a file holds.

    Raises:
        GeneratorError: The file holds something else.
    """
    try:
        document = load(path.read_bytes())
    except GeneratorError as error:
        raise error.within(path.name) from error
    if not isinstance(document, dict):
        raise GeneratorError(f"{path.name}: must hold a mapping; name another file")
    return document


class _Representer(SafeRepresenter):
    """Writes strings in the form that reads best."""

    def text(self, value: str) -> Any:
        style: str | None = None
        if value != value.strip(" ") or not value.replace("\n", "").isprintable():
            style = '"'  # ruamel.yaml loses some of these characters in every other style
        elif "\n" in value:
            style = "|"
        elif len(value) > _WIDTH - 32 and " " in value:
            style = ">"
        elif _QUOTED.fullmatch(value):
            style = "'"
        return self.represent_scalar(f"{_TAG}str", value, style=style)


_Representer.add_representer(str, _Representer.text)


class _Emitter(Emitter):
    """Writes a string between double quotes on one line: ruamel.yaml loses characters where it folds one."""

    def write_double_quoted(self, text: Any, split: Any = True) -> None:
        super().write_double_quoted(text, split=False)


def dump(document: dict[str, Json]) -> str:
    """Return a document as YAML that `load` reads back unchanged."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.Emitter = _Emitter
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue()
