"""YAML, as OpenAPI means it: JSON's types and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.document.yaml import dump, load, load_file
from generator.errors import GeneratorError

from ..exactly import exactly


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, word) for word in ("2026-03-01", "2026-03-01T10:00:00Z", "yes", "No", "on", "12:30", "=")),
        ("'1.0'", "1.0"),
        ("1.0", 1.0),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-0.5e3", -500.0),
        ("12345678901234567890123", 12345678901234567890123),
        ("~", None),
        ("", None),
        ("TRUE", True),
        ('"\\u2028"', "\u2028"),
    ],
)
def test_a_value_means_what_yaml_1_2_says(text: str, value: Any) -> None:
    assert exactly(load(f"a: {text}\n")) == exactly({"a": value})


def test_keys_are_strings() -> None:
    assert load("{200: a, on: b, null: c, 2026-01-01: d}") == {
        "200": "a",
        "on": "b",
        "null": "c",
        "2026-01-01": "d",
    }


def test_an_alias_is_a_copy() -> None:
    loaded: Any = load("a: &x [1]\nb: *x\n")
    loaded["a"].append(2)
    assert loaded == {"a": [1, 2], "b": [1]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 'line 4: found duplicate key "c"'),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "line 3: the merge key `<<` is not supported; write out"),
        (
            "a: !!set {}\n",
            "must hold what JSON can hold: Object of type set",
        ),
        ("a: .inf", "must hold what JSON can hold: "),
        (f"a: {'1' * 5000}", "must hold what JSON can hold: "),
        ("a: [", "line 1: "),
        ("a:\n\tb: 1", "line 2: "),
        ("a: 1\n---\nb: 1", "line 2: "),
        ("a: &a [*a]", "must hold what JSON can hold: "),
        ("[a]: 1", "line 1: "),
        (b"a: \xff", "line 1: unacceptable character #x00ff"),
        ("a: [" * 3000, "must hold what JSON can hold: "),
    ],
)
def test_what_json_does_not_have_is_refused_by_its_line(text: str | bytes, problem: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        load(text)
    assert str(caught.value).startswith(problem)


ODD = "".join(map(chr, range(0x20))) + " #:-?'\"|>&*!%@`{}[],ab01.~<=\\\x7f\x85\xa0\u2028\u2029\ufeffé😀"
WORDS = ["word", "a", "#", "- x", ": y", "   ", "\n", "\n\n", " \n", "https://x/y?z#f", "'q'", "w" * 50]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.sampled_from(ODD), max_size=20),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.sampled_from(
        ["yes", "null", "~", "1.0", "1e5", "0x1", "2026-03-01", "12:30", "---", "...", "<<", "=", ".inf"]
    ),
)
VALUES = st.recursive(
    TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(TEXTS.filter(lambda text: text != "<<"), VALUES, max_size=4))
@example({"a": ["  indented\n first\n", "\n\n  x", "x\n  ", "\tx\n", "x " * 99 + "y", "x " * 99, " x" * 99]})
@example({"a": "x\u2028\x85 y" * 30})
def test_every_document_survives(value: dict[str, Any]) -> None:
    assert exactly(load(dump(value))) == exactly(value)


def test_a_file_that_is_not_a_mapping_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    for text, expected in (("- 1", "a.yaml: must hold a mapping"), ("a: [", "a.yaml: line 1: ")):
        file.write_text(text)
        with pytest.raises(GeneratorError, match=expected):
            load_file(file)
