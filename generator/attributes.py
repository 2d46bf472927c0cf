"""Refuse what would be one name in Python: two fields of an object, or two parameters of an operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from openapi_python_client.strings import PythonIdentifier

from .walk import Json, fields, label, operations, places

_PREFIX = "field_"  # the generator's own default
# As in templates/python.jinja: what models and methods call by these names themselves gets an underscore.
_OF_MODELS = ("additional_properties", "either", "from_dict", "to_dict")
_OF_METHODS = ("self", "timeout")


def check_attributes(document: Json) -> None:
    """Find the names that the generator would refuse without saying whose they are, or confuse."""
    for place in places(document):
        if "properties" in place.schema or "allOf" in place.schema:
            whose = ".".join([place.owner, *place.path])
            _check(whose, "fields", fields(place.schema, document), _OF_MODELS)
    for path, method, operation, _ in operations(document):
        for where in ("path", "query", "header"):
            names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == where]
            _check(label(path, method, operation), f"parameters in {where}", names, _OF_METHODS)


def _check(whose: str, what: str, names: Collection[str], reserved: Collection[str]) -> None:
    first: dict[str, str] = {}
    for name, free in _python_names(names).items():
        called = f"{free}_" if free in reserved else free
        other = first.setdefault(called, name)
        if other != name:
            raise ValueError(
                f"{whose}: its {what} {other!r} and {name!r} would both be called {called} in Python; "
                "remove one of them in overlay.yaml"
            )


def _python_names(names: Collection[str]) -> dict[str, str]:
    """What the generator calls each: in snake case, or nearer to what is published where two would be one."""
    snake = {name: PythonIdentifier(name, prefix=_PREFIX) for name in names}
    times = Counter(snake.values())
    return {
        name: called if times[called] == 1 else PythonIdentifier(name, prefix=_PREFIX, skip_snake_case=True)
        for name, called in snake.items()
    }
