"""Forms of schemas that are made, refused by name, or read as plain JSON with a note."""

from __future__ import annotations

import datetime
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
        ("block", {"id": "b", "text": "Hi"}, "TextBlock str"),
        ("block", {"id": "b", "url": "u", "new": 1}, "ImageBlock str"),
        ("block", {"odd": 1}, "dict"),
        ("call", {"by": "mail", "address": "a", "extension": "x"}, "Email str"),
        ("call", {"by": "tel", "address": "1"}, "Phone str"),
        ("call", {"by": "fax", "address": "1"}, "Phone str"),
        ("call", {"by": "pigeon", "address": "1"}, "dict"),
        ("sent", {"address": "a"}, "Email str"),
        ("sent", {"street": "a"}, "Post str"),
        ("notice", {"level": "warn", "text": "t"}, "FormsNoticeType0 str"),
        ("notice", {"level": "new", "text": "t"}, "FormsNoticeType0 str"),
        ("day", "2026-01-01", "date"),
        ("day", "2026-01-01T00:00:00Z", "datetime"),
        ("lists", [{"by": "tel"}], "list"),
        ("nested_lists", [[[]]], "list"),
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


def test_an_object_without_fields_is_a_dict(grown: ModuleType) -> None:
    models, value = grown.models, typing.Literal["new", "old"]
    assert {
        name: kind
        for name, kind in typing.get_type_hints(models.Maps).items()
        if name not in ("_unknown", "_absent", "_allowed", "_known")
    } == {
        "free": dict[str, Any],
        "empty": dict[str, int] | None,
        "times": dict[str, list[datetime.datetime]],
        "states": dict[str, value],  # type: ignore[valid-type]
        "inline": dict[str, models.MapsInlineValue],
        "nested": dict[str, dict[str, models.Result]],
        "choice": models.Letter | dict[str, str],
    }
    data = {
        "free": {"a": [1]},
        "empty": None,
        "times": {"a": ["2026-01-01T00:00:00Z"]},
        "states": {"a": "new"},
        "inline": {"a": {"n": 1}},
        "nested": {"a": {"b": {"code": 2}}},
        "choice": {"kind": "letter", "to": "me"},
    }
    found = models.MoreMaps.from_dict({**data, "own": {}})
    assert isinstance(found, models.Maps)
    assert found.times["a"][0].year == 2026
    assert (found.inline["a"].n, found.nested["a"]["b"].code, type(found.choice)) == (1, 2, models.Letter)
    assert models.Maps.from_dict({**data, "choice": {"x": "y"}}).choice == {"x": "y"}
    assert found.to_dict() == {**data, "own": {}}


def test_what_is_open_is_typed_so(grown: ModuleType) -> None:
    types = typing.get_type_hints(grown.models.Forms)
    assert [name for name, kind in types.items() if kind in (Any, list[Any])] == [
        *("lists", "nested_lists", "json", "subtypes", "both")
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
        "Forms.lists: plain JSON (`Any`), since two of the alternatives in oneOf are lists",
    ]
