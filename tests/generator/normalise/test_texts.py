from __future__ import annotations

import pytest

from .normalising import TEXT, operation_of, schemas_of, thing


@pytest.mark.parametrize(
    ("published", "wanted"),
    [
        ('a """quoted""" text', "a '''quoted''' text"),
        ('an "ordinary" one', 'an "ordinary" one'),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd    e"),
        ("\u202eright\u2066 to\u200b left\x00\x1b", "right to left"),
        ("\\ {{ 7 * 7 }} {% x %} %s", "\\ {{ 7 * 7 }} {% x %} %s"),
        ("–’×≥ 中文 é", "–’×≥ 中文 é"),
    ],
)
def test_texts_are_fit_for_docstrings(published: str, wanted: str) -> None:
    assert schemas_of(A=thing(a={**TEXT, "description": published}))["A"]["properties"]["a"] == {
        **TEXT,
        "description": wanted,
    }


def test_a_summary_is_one_line_without_double_quotes() -> None:
    assert operation_of({"summary": ' A\n"b" \u202e  c'})["summary"] == "A 'b' c"


def test_names_are_left_as_they_are() -> None:
    odd = 'a""\u202e'
    assert list(schemas_of(A=thing(**{odd: TEXT}))["A"]["properties"]) == [odd]
