"""Make the texts of strangers fit for docstrings, and for a terminal; they can hold anything."""

from __future__ import annotations

import re
import unicodedata

_TEXTS = ("description", "summary", "title")
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def clean_texts(node: object) -> None:
    """Make each text fit for a docstring, whatever it holds and wherever a template puts it.

    Control characters and those that reorder text go, and a run of double quotes, which could end
    the docstring, becomes one of single quotes. The templates escape backslashes.
    """
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _TEXTS and isinstance(value, str):
                node[key] = clean(value) if key == "description" else clean_line(value)
            else:
                clean_texts(value)
    elif isinstance(node, list):
        for value in node:
            clean_texts(value)


def clean(text: str) -> str:
    lines = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", unicodedata.normalize("NFC", text)).replace(
        "\t", "    "
    )
    kept = (letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in _INVISIBLE)
    return re.sub('"{2,}', lambda run: "'" * len(run[0]), "".join(kept))


def clean_line(text: str) -> str:
    """A text that templates put between quotes."""
    return " ".join(clean(text).split()).replace('"', "'")


def visible(text: str) -> str:
    """The text on one line, with a code in the place of each character that is not to be seen."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if unicodedata.category(character) in _INVISIBLE:
        number = ord(character)
        return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
    return " " if character.isspace() else character
