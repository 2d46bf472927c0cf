"""Make the document's texts fit for docstrings; a document can hold anything."""

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
