"""Models as pydantic fields and FastAPI responses. Only pydantic loads this module."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

import attrs

# Not by its name: type checkers would miss it where it is not installed.
pydantic_core: Any = import_module("pydantic_core")
core_schema = pydantic_core.core_schema

# References of the models whose schema is being made. A model that holds itself refers to its own.
_unfinished: set[str] = set()


def model_schema(model: type[Any], unset: type, handler: Any) -> Any:
    """Return the schema of a model: an instance or its JSON object in, the JSON object out."""
    ref = f"{model.__module__}.{model.__qualname__}:{id(model)}"
    if ref in _unfinished:
        return core_schema.definition_reference_schema(ref)

    def validate(value: Any) -> Any:
        if isinstance(value, model):
            return value
        if isinstance(value, Mapping):
            return model.from_dict(dict(cast(Mapping[str, Any], value)))
        raise pydantic_core.PydanticCustomError(
            "model_type", "Input should be a {model} or its JSON object", {"model": model.__name__}
        )

    _unfinished.add(ref)
    try:
        shape = core_schema.typed_dict_schema(_fields(model, unset, handler), cls_name=model.__name__)
    finally:
        _unfinished.discard(ref)
    return core_schema.no_info_plain_validator_function(
        validate,
        ref=ref,
        json_schema_input_schema=shape,
        serialization=core_schema.wrap_serializer_function_ser_schema(
            _to_dict, schema=core_schema.dict_schema()
        ),
    )


def _to_dict(value: Any, serialize: Any) -> Any:
    return serialize(value.to_dict())  # which keeps to `include` and `exclude`


def _fields(model: type[Any], unset: type, handler: Any) -> dict[str, Any]:
    """Return the schema of each field by its name in JSON."""
    # `to_dict` of a model whose values are the names of its attributes tells their names in JSON.
    named: Any = object.__new__(model)
    for attribute in attrs.fields(cast(Any, model)):
        setattr(named, attribute.name, attribute.name)
    named._unknown, absent = None, vars(model)["_absent"]
    hints = typing.get_type_hints(model)
    return {
        name: core_schema.typed_dict_field(
            handler.generate_schema(_without(unset, hints[attribute])), required=name in absent
        )
        for name, attribute in named.to_dict().items()
    }


def _without(unset: type, hint: Any) -> Any:
    members = [member for member in typing.get_args(hint) if member is not unset]
    return _union(members) if unset in typing.get_args(hint) else hint


def _union(members: list[Any]) -> Any:
    return members[0] if len(members) == 1 else members[0] | _union(members[1:])
