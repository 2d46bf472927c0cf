"""Reading YAML by the core schema of YAML 1.2: `yes`, `on` and `2026-03-01` are strings, as OpenAPI says.

Parsing is ruamel.yaml's; what a scalar means is decided here.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class YamlError(ValueError):
    """Text that is not YAML, or YAML that is not JSON's types; line and column count from 1."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem, line, column)
        self.problem = problem
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.problem}"


_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_STRING_TAGS = ("!", "tag:yaml.org,2002:str")

# YAML 1.2 no longer breaks lines at these, the parser still does. So it is given stand-ins: noncharacters,
# which Unicode keeps for a program's internal use and no text may hold.
_SEPARATORS = "\x85\u2028\u2029"
_STAND_INS = "\ufdd0\ufdd1\ufdd2"
_HIDE = str.maketrans(_SEPARATORS, _STAND_INS)
_SHOW = str.maketrans(_STAND_INS, _SEPARATORS)
_STAND_IN = re.compile(f"[{_STAND_INS}]")

# Deeper than any description of an API, and within reach of every function that walks one.
_DEPTH = 100
# Far more than anybody writes by hand for anchors to stand for; a few nested ones could fill any memory.
_MOST_COPIED = 100_000
_TOO_DEEP = f"lists and mappings stand in each other more than {_DEPTH} deep"


def load(text: str) -> Json:
    """The one document in `text`."""
    if found := _STAND_IN.search(text):
        raise _not_allowed(text, found.start(), ord(found[0]))
    try:
        return _Reading(text.translate(_HIDE)).document()
    except RecursionError as error:
        raise YamlError(_TOO_DEEP, 1, 1) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(part) for part in (error.context, error.problem) if part)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(problem, line, column) from error
    except ReaderError as error:
        raise _not_allowed(text, error.position, error.character) from error


def _not_allowed(text: str, at: int, character: int) -> YamlError:
    before = text[:at]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return YamlError(f"the character U+{character:04X} is not allowed", line, column)


def load_file(path: Path) -> dict[str, Json]:
    """The mapping that a file holds; a ValueError names the file."""
    try:
        document = load(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if not isinstance(document, dict):
        raise ValueError(f"{path.name}: not a mapping")
    return document


class _Reading:
    """Builds the values while the parser's events go by."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
        self._anchors: dict[str, tuple[Json, int, int]] = {}
        self._made = 0
        self._copied = 0

    def document(self) -> Json:
        next(self._events)  # the stream starts
        if isinstance(next(self._events), StreamEndEvent):
            return None
        value, _ = self._value(next(self._events), 0)
        next(self._events)  # the document ends
        if not isinstance(after := next(self._events), StreamEndEvent):
            raise _error(after, "a second document begins here")
        return value

    def _value(self, event: Any, depth: int) -> tuple[Json, int]:
        """A value that stands so deep, and how much deeper it goes."""
        value: Json
        height = 0
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        before = self._made
        self._made += 1
        if isinstance(event, ScalarEvent):
            value = _scalar(event, self._shown(event))
        elif event.tag is not None:
            raise _error(event, f"the tag {event.tag} is not one of JSON's types")
        else:
            self._check_depth(event, depth + 1)
            within = self._list if isinstance(event, SequenceStartEvent) else self._mapping
            value, height = within(depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, height, self._made - before)
        return value, height

    def _alias(self, event: Any, depth: int) -> tuple[Json, int]:
        if event.anchor not in self._anchors:
            raise _error(event, f"the alias *{event.anchor} has no finished value to stand for")
        value, height, size = self._anchors[event.anchor]
        self._check_depth(event, depth + height)
        self._made += size
        self._copied += size
        if self._copied > _MOST_COPIED:
            raise _error(
                event, f"aliases stand for more than {_MOST_COPIED:,} values; write out what they repeat"
            )
        return copy.deepcopy(value), height

    def _list(self, depth: int) -> tuple[Json, int]:
        items: list[Json] = []
        deepest = 0
        while not isinstance(event := next(self._events), SequenceEndEvent):
            item, height = self._value(event, depth)
            items.append(item)
            deepest = max(deepest, height)
        return items, deepest + 1

    def _mapping(self, depth: int) -> tuple[Json, int]:
        mapping: dict[str, Json] = {}
        deepest = 0
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _error(event, "a key must be a simple string")
            key = self._shown(event)
            if key in mapping:
                raise _error(event, f"the key {key!r} stands twice in one mapping")
            mapping[key], height = self._value(next(self._events), depth)
            deepest = max(deepest, height)
        return mapping, deepest + 1

    def _check_depth(self, event: Any, depth: int) -> None:
        if depth > _DEPTH:
            raise _error(event, _TOO_DEEP)

    def _shown(self, event: Any) -> str:
        """The text of a scalar; a stand-in that an escape makes would be taken for a separator."""
        text: str = event.value
        if found := _STAND_IN.search(text):
            source = self._text[event.start_mark.index : event.end_mark.index]
            if len(_STAND_IN.findall(text)) > len(_STAND_IN.findall(source)):
                raise _error(
                    event, f"an escape makes a character like U+{ord(found[0]):04X}, which is not allowed"
                )
        return text.translate(_SHOW)


def _scalar(event: Any, text: str) -> Json:
    if event.tag is not None and event.tag not in _STRING_TAGS:
        raise _error(event, f"the tag {event.tag} is not one of JSON's types")
    plain, _ = event.implicit
    if event.tag is not None or not plain:
        return text
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return _whole_number(event, text)
    if _NOT_FINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and not math.isfinite(float(text))):
        raise _error(event, f"{text} is not a number that JSON knows")
    return _number(event, text) if _FLOAT.fullmatch(text) else text


def _whole_number(event: Any, text: str) -> int:
    try:
        value = int(text, 0) if text.startswith(("0o", "0x")) else int(text)
        str(value)
    except ValueError as error:
        raise _error(event, f"the number {text[:20]}… has too many digits") from error
    return value


def _number(event: Any, text: str) -> float:
    """The number, which has to be what is written when it is written again."""
    value = float(text)
    try:
        exact = Decimal(text) == Decimal(repr(value))
    except ArithmeticError:
        exact = False
    if not exact:
        raise _error(event, f"the number {text[:40]} has more digits than can be kept; it would be {value!r}")
    return value


def _error(event: Any, problem: str) -> YamlError:
    return YamlError(problem, event.start_mark.line + 1, event.start_mark.column + 1)
