"""Strangers' texts, which can hold anything, made fit for docstrings and for a terminal."""

from __future__ import annotations

import re
import unicodedata

from ..document.openapi import Document, keywords

_TEXTS = ("description", "summary", "title")
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def clean_texts(document: Document) -> None:
    """Take from each text what could end a docstring, or reorder what a reader sees.

    Control characters go, and a run of double quotes becomes one of single quotes. Templates escape
    backslashes.
    """
    for holder, key in keywords(document.value):
        if key in _TEXTS and isinstance(holder[key], str):
            holder[key] = clean(holder[key]) if key == "description" else clean_line(holder[key])


def clean(text: str) -> str:
    """Return a text for a docstring."""
    text = unicodedata.normalize("NFC", text).replace("\t", "    ")
    text = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text)
    kept = (letter for letter in text if letter == "\n" or unicodedata.category(letter) not in _INVISIBLE)
    return re.sub('"{2,}', lambda run: "'" * len(run[0]), "".join(kept))


def clean_line(text: str) -> str:
    """Return a text that templates put between double quotes."""
    return " ".join(clean(text).split()).replace('"', "'")


def visible(text: str) -> str:
    """Return a text on one line, with a code in the place of each character that steers a terminal."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
