"""Writing YAML in the form that reads best.

Every string is given back unchanged, also to readers that know only YAML 1.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .reading import Json

_WIDTH = 100

# What begins with a digit, a sign or a dot may be a number or a date to some reader, so it is quoted,
# but for a version of three parts.
_PLAIN = re.compile(r"\d+\.\d+\.\d+|[^\s\d+.\-?:,\[\]{}#&*!|>'\"%@`=~<](?:[^\s:#]|:(?=\S)|(?<=\S)#| (?=\S))*")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_PRINTABLE = "\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_UNPRINTABLE = re.compile(f"[^{_PRINTABLE}]")
_FOLDING_SPACE = re.compile(r"(?<=[^ \t]) (?=[^ \t])")


def dump(document: dict[str, Json]) -> str:
    """`document` as YAML that `load` reads back unchanged."""
    return "".join(f"{line}\n" for line in (_block(document, 0) if document else ["{}"]))


def _block(value: dict[str, Json] | list[Json], indent: int) -> Iterator[str]:
    margin = " " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(f"{margin}{_inline(key)}:", item, indent)
        return
    for item in value:
        if item and isinstance(item, dict | list):
            first, *rest = _block(item, indent + 2)
            yield f"{margin}- {first.lstrip(' ')}"
            yield from rest
        else:
            yield from _entry(f"{margin}-", item, indent)


def _entry(head: str, value: Json, indent: int) -> Iterator[str]:
    if value and isinstance(value, dict | list):
        yield head
        yield from _block(value, indent + 2)
    elif isinstance(value, str):
        yield from _string(head, value, indent + 2)
    else:
        yield f"{head} {_constant(value)}"


def _constant(value: Json) -> str:
    """A number, a boolean, null, or an empty mapping or list."""
    text = json.dumps(value, allow_nan=False)
    if isinstance(value, float) and "." not in text:
        return text.replace("e", ".0e")  # without a dot, YAML 1.1 reads a string
    return text


def _string(head: str, text: str, indent: int) -> Iterator[str]:
    """Text of several lines as it is, one long line folded, anything else after its head."""
    margin = " " * indent
    line = f"{head} {_inline(text)}"
    if _UNPRINTABLE.search(text) or not text.strip():
        yield line
    elif "\n" in text:
        indented = text.lstrip("\n").startswith(" ")
        chomping = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
        yield f"{head} |{'2' if indented else ''}{chomping}"
        yield from (f"{margin}{part}" if part else "" for part in text.removesuffix("\n").split("\n"))
    elif len(line) > _WIDTH and text == text.strip() and _FOLDING_SPACE.search(text):
        yield f"{head} >-"
        yield from (f"{margin}{part}" for part in _folded(text, _WIDTH - indent))
    else:
        yield line


def _folded(text: str, width: int) -> Iterator[str]:
    line, *words = _FOLDING_SPACE.split(text)
    for word in words:
        if len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}"
    yield line


def _inline(text: str) -> str:
    if _UNPRINTABLE.search(text) or "\n" in text or "\t" in text:
        return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return "'" + text.replace("'", "''") + "'"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
