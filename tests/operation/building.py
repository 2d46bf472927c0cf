"""Requests of an operation that the document does not have."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from exec_api_client import ConfigurationError
from exec_api_client._runtime.operations import Operation, Parameter
from exec_api_client._runtime.requests import build_request

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def operation(*parameters: Parameter, path: str = "/things", **fields: Any) -> Operation[Any]:
    named = {parameter.name.replace("-", "_"): parameter for parameter in parameters}
    return Operation("things.find", "GET", path, lambda status, data: data, named, **fields)


def query(value: Any, kind: str = "string", **rules: Any) -> str:
    """The query string of a request with one argument `a`."""
    parameter = Parameter("a", kind, "query", **rules)
    return build_request(operation(parameter), {"a": value}).target.partition("?")[2]


def refused(value: Any, kind: str = "string", **rules: Any) -> str:
    """Why one argument `a` is refused."""
    with pytest.raises(ConfigurationError) as caught:
        query(value, kind, **rules)
    return str(caught.value)


def path_of(value: Any) -> str:
    parameter = Parameter("id", "string", "path", required=True)
    return build_request(operation(parameter, path="/things/{id}/parts"), {"id": value}).path
