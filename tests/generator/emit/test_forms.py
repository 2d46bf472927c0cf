"""Forms of schemas that are made, refused by name, or read as plain JSON with a note."""

from __future__ import annotations

import typing
from types import ModuleType
from typing import Any

import pytest

from generator.document.yaml import load_file
from generator.normalise import normalise

from ..growing import HERE

DOCUMENT = HERE / "forms.yaml"


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [
        ("told_apart", {"kind": "letter", "to": "me"}, "Letter str"),
        ("told_apart", {"kind": "parcel", "to": "me"}, "Parcel str"),
        ("told_apart", {"kind": "drone", "to": "me"}, "dict"),
        ("specific", {"result": {"code": 1, "at": "2026-01-01T00:00:00Z"}}, "Courier LateResult int"),
        ("state", {"since": "now"}, "FormsState str"),
        ("details", {"state": "on"}, "FormsDetails str"),
        ("office", {"schema": {"name": "a"}, "mode": "a"}, "Office OfficeSchema2 str"),
        ("other_office", {"other": 1}, "OfficeSchema int"),
        ("office_mode", {"x": 1}, "OfficeMode int"),
        ("first_mode", "y", "str"),
        ("lists", [[[]]], "list"),
        ("json", {"a": [{"b": "c"}]}, "dict"),
        ("nothing", None, "NoneType"),
        ("subtypes", [{"kind": "van", "doors": 4}], "list"),
        ("subtype", {"kind": "van", "doors": 4}, "Van str"),
        ("both", {"id": "1", "code": 2}, "dict"),
    ],
)
def test_a_form_is_read_as_what_it_is(grown: ModuleType, field: str, value: Any, names: str) -> None:
    found = grown.models.Forms.from_dict({field: value})
    kinds, inner = [], getattr(found, field)
    while True:
        kinds.append(type(inner).__name__)
        if not hasattr(inner, "to_dict"):
            break
        inner = getattr(inner, next(iter(inner.to_dict())))
    assert " ".join(kinds) == names
    assert found.to_dict() == {field: value}


def test_what_is_open_is_typed_so(grown: ModuleType) -> None:
    types = typing.get_type_hints(grown.models.Forms)
    assert [name for name, kind in types.items() if kind in (Any, list[Any])] == [
        *("lists", "json", "subtypes", "both")
    ]
    assert set(typing.get_args(types["nothing"])) == {
        typing.Literal["one", "two"],
        typing.Literal[""],
        type(None),
    }


def test_what_is_less_than_described_is_noted() -> None:
    assert normalise(load_file(DOCUMENT)).notes == [
        "Forms.subtypes: plain JSON (`Any`), since its discriminator names subtypes of Vehicle",
        "Lists: plain JSON (`Any`), since it holds itself, without an object between",
        "Json: plain JSON (`Any`), since it holds itself, without an object between",
        "Both: plain JSON (`Any`), since it has both fields and oneOf",
        "OfficeSchema2: a number in its name, since OfficeSchema is the name of another schema",
        "OfficeMode2: a number in its name, since OfficeMode is the name of another schema",
        "Courier: no subclass of Person, since it changes result",
    ]
