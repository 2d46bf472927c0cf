"""Operations of the API as values. The generator writes them. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from .arguments import Argument

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Parameter(Argument):
    """Rules for one argument outside the body, and its place in the request. `None` is not sent.

    Attributes:
        location: The part of the request that holds it.
        explode: Whether a list in the query is sent as repeated names instead of joined by commas.
    """

    location: Literal["path", "query", "header"]
    _: KW_ONLY
    explode: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """Rules for the arguments that become the JSON body.

    Attributes:
        fields: The rules of each argument, by its name in Python.
        whole: Whether the single argument is the whole body.
        optional: Whether a call may send no body. Then any given argument makes one.
        media_type: The content type of the request.
        key: The argument that tells the API that two requests are the same one. A call without it
            gets a random one, the same in all its attempts.
    """

    fields: Mapping[str, Argument]
    whole: bool = False
    optional: bool = False
    media_type: str = "application/json"
    key: str | None = None


def read_nothing(status: int, data: Any) -> None:
    """Pass over the body of an operation that documents none."""


class Keyset(NamedTuple):
    """Arguments and values that page a list by creation time.

    Attributes:
        field: The field of the items that holds the time.
        after: The argument for "on or after".
        before: The argument for "on or before".
        order: The argument for the order.
        ascending: Its value for the oldest first.
        descending: Its value for the newest first.
        default: The API's order without that argument.
    """

    field: str
    after: str
    before: str
    order: str
    ascending: str
    descending: str
    default: str


@dataclass(frozen=True, slots=True)
class Operation(Generic[T_co]):
    """One method and path of the API.

    Attributes:
        name: The name in Python, such as `sessions.list`.
        method: The HTTP method.
        path: The path below the base URL, with `{name}` for each path parameter.
        read: Turns a status and a decoded JSON value into the model.
        parameters: The rules of the arguments outside the body, by their names in Python.
        body: The rules of the arguments in the body.
        page_size: The largest page of a list. None for other operations.
        default_page_size: The API's page size when none is given.
        keyset: The arguments that page the list by creation time, where it has them.
    """

    name: str
    method: str
    path: str
    read: Callable[[int, Any], T_co]
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])
    body: Body | None = None
    page_size: int | None = None
    default_page_size: int | None = None
    keyset: Keyset | None = None
