from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import yaml12

from .exactly import exactly


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        *(
            (word, word)
            for word in ("yes", "No", "on", "OFF", "y", "n", "1_000", "12:30", "0b1", "<<", "=", "nan")
        ),
        ("'1.0'", "1.0"),
        ("1.0", 1.0),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("+1", 1),
        ("-.5e3", -500.0),
        ("1e3", 1000.0),
        ("0.1", 0.1),
        ("1.10", 1.1),
        ("12345678901234567890123", 12345678901234567890123),
        ("~", None),
        ("Null", None),
        ("", None),
        ("TRUE", True),
        ("false", False),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ('"\\u2028"', "\u2028"),
        ("x\u2028y\x85z", "x\u2028y\x85z"),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(text: str, value: Any) -> None:
    assert exactly(yaml12.load(f"a: {text}\n")) == exactly({"a": value})


def test_keys_are_strings() -> None:
    assert yaml12.load("{200: a, on: b, null: c, 2026-01-01: d}") == {
        "200": "a",
        "on": "b",
        "null": "c",
        "2026-01-01": "d",
    }


def test_an_anchor_may_be_used_often() -> None:
    """Each use counts, and a list of 999 with what is in it is 1,000 values."""
    used = f"a: &x [{', '.join('1' * 999)}]\nb: [{', '.join(['*x'] * 100)}]\n"
    loaded: Any = yaml12.load(used)
    assert len(loaded["b"]) == 100
    with pytest.raises(yaml12.YamlError, match="line 3, column 4: aliases stand for more than 100,000"):
        yaml12.load(f"{used}c: *x\n")


def test_an_alias_is_a_copy() -> None:
    loaded: Any = yaml12.load("a: &x [1]\nb: *x\n")
    loaded["a"].append(2)
    assert loaded == {"a": [1, 2], "b": [1]}


ODD = (
    "".join(map(chr, range(0x20)))
    + " #:-?'\"|>&*!%@`{}[],ab01.~<=\\\x7f\x85\xa0\u2028\u2029\ufeff\ufffe\ud800é😀"
)
WORDS = ["word", "a", "#", "- x", ": y", "   ", "\n", "\n\n", " \n", "https://x/y?z#f", "'q'", "w" * 50]
TEXTS = st.one_of(
    # Noncharacters that Unicode keeps for internal use; yaml12 uses them so.
    st.text(st.characters(exclude_characters="\ufdd0\ufdd1\ufdd2")),
    st.text(st.sampled_from(ODD), max_size=20),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.sampled_from(
        ["yes", "null", "~", "1.0", "1e5", "0x1", "2026-03-01", "12:30", "---", "...", "<<", "=", ".inf"]
    ),
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
@example({"a": "Line one  \nline two\n\n\n"})
@example({"a": ["  indented\n first\n", "\n\n  x", "x\n  ", "\tx\n", "x " * 99 + "y", "x " * 99, " x" * 99]})
def test_every_document_survives(value: dict[str, Any]) -> None:
    text = yaml12.dump(value)
    assert exactly(yaml12.load(text)) == exactly(value)
    assert yaml12.dump(value) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Two  \nlines\n", "a: |\n  Two  \n  lines\n"),
        ("Two\n\nlines", "a: |-\n  Two\n\n  lines\n"),
        ("Two\nlines\n\n", "a: |+\n  Two\n  lines\n\n"),
        ("  Two\nlines\n", "a: |2\n    Two\n  lines\n"),
        ("word " * 20 + "end", "a: >-\n  " + "word " * 18 + "word\n  word end\n"),
        ("2026-03-01", "a: '2026-03-01'\n"),
        ("it's #1: 'on'", "a: 'it''s #1: ''on'''\n"),
        ("a (b): c", "a: 'a (b): c'\n"),
        ("3.0.3", "a: 3.0.3\n"),
        ("bell\x07", 'a: "bell\\u0007"\n'),
        ("off", "a: 'off'\n"),
        ([], "a: []\n"),
        ([[1, {"b": "c"}], {}], "a:\n  - - 1\n    - b: c\n  - {}\n"),
        (1e22, "a: 1.0e+22\n"),
    ],
)
def test_the_form_that_reads_best(value: Any, written: str) -> None:
    assert yaml12.dump({"a": value}) == written


def test_a_file_that_is_not_a_mapping_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    for text, expected in (("- 1", "a.yaml: not a mapping"), ("a: [", "a.yaml: line 1, column ")):
        file.write_text(text)
        with pytest.raises(ValueError, match=expected):
            yaml12.load_file(file)
