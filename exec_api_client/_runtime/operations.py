"""An operation of the API as a value, and how a call's arguments become a request; pure.

Everything that is wrong with an argument is found here, before anything is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar
from urllib.parse import quote
from uuid import uuid4

from ..errors import Attempt, ConfigurationError, redact
from .arguments import EXPECTED, Argument, checked, refuse
from .models import UNSET, to_json

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# Methods that may be repeated when nobody knows whether the server has acted (RFC 9110, 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class Parameter(Argument):
    """How one argument is checked and where and how it is sent; `None` is not sent."""

    location: Literal["path", "query", "header"]
    _: KW_ONLY
    explode: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """How arguments become the JSON that is sent.

    Attributes:
        fields: What each argument may be, and which field it is in JSON.
        whole: Whether there is one argument only, which is the JSON as it stands.
        optional: Whether a call may do without a body; then it is sent if any argument is given.
        media_type: What the API takes the JSON for.
        key: The argument by which the API recognises a request that it has seen before; a call
            without one gets a key of its own, the same in all its attempts.
    """

    fields: Mapping[str, Argument]
    whole: bool = False
    optional: bool = False
    media_type: str = "application/json"
    key: str | None = None


class Keyset(NamedTuple):
    """How a list can be walked from creation time to creation time.

    Attributes:
        field: The field of the items that holds the time.
        after: The argument for "on or after".
        before: The argument for "on or before".
        order: The argument for the order.
        ascending: Its value for the oldest first.
        descending: Its value for the newest first.
        default: The order that the API takes without one.
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
    """One method and path of the API; `read` turns a decoded answer into its model.

    Lists have the size of their largest page, and of one that is asked for without a size.
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


class Caller(Protocol):
    """Makes one call and reads its answer; what resources and pagers need of a client."""

    async def __call__(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, Any],
        timeout: float | None,
        read: Callable[[int, Any], T],
        /,
    ) -> T: ...


class Request(NamedTuple):
    """What is sent, less the base URL and the key."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    content: bytes | None = None
    idempotent: bool = True


class Response(NamedTuple):
    """What came back: the status, the headers with names in lower case, the decoded bytes.

    With what became of the attempts before this one.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    attempts: tuple[Attempt, ...] = ()


def build(
    operation: Operation[Any], arguments: Mapping[str, Any], new_key: Callable[[], object] = uuid4
) -> Request:
    """Make the request of a call.

    Args:
        operation: What is called.
        arguments: By Python name; `None` means "not sent" for a parameter, `UNSET` for a field of
            the body, where `None` is sent as null.
        new_key: Makes an idempotency key where the caller gave none.

    Raises:
        ConfigurationError: An argument is missing or has a value that cannot be right.
    """
    call, path, query, headers = operation.name, operation.path, list[str](), dict[str, str]()
    for name, parameter in operation.parameters.items():
        value = arguments.get(name)
        if value is None or value is UNSET:
            if parameter.required:
                refuse(call, name, value, "is required")
            continue
        texts = _texts(call, name, parameter, value)
        if parameter.location == "query":
            query += _query(parameter, texts)
        elif parameter.location == "header":
            headers[parameter.name] = _header(call, name, texts)
        else:
            path = path.replace(f"{{{parameter.name}}}", _segment(call, name, texts))
    body, content, idempotent = operation.body, None, operation.method in IDEMPOTENT
    if body is not None:
        content = _content(call, body, arguments, new_key)
    if body is not None and content is not None:
        headers["content-type"] = body.media_type
        idempotent = idempotent or (body.key is not None and arguments.get(body.key, UNSET) is not None)
    return Request(operation.method, path, "&".join(query), headers, content, idempotent)


def _texts(call: str, name: str, parameter: Parameter, value: Any) -> list[str]:
    right = checked(call, name, parameter, value)
    if not parameter.many:
        return [_text(call, name, parameter, right)]
    texts = [_text(call, name, parameter, item) for item in right]
    if not texts:
        refuse(
            call,
            name,
            value,
            "is empty, which the API would read as no filter: leave it out or skip the call",
        )
    if not parameter.explode and any("," in text or not text for text in texts):
        refuse(
            call,
            name,
            value,
            "is sent joined by commas: pass one non-empty value per element, without commas",
        )
    return texts


def _text(call: str, name: str, parameter: Parameter, value: Any) -> str:
    try:
        text = value if isinstance(value, str) else json.dumps(value)
    except ValueError:  # a whole number of thousands of digits
        refuse(call, name, value, f"has to be {EXPECTED[parameter.kind]}")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        refuse(call, name, value, "holds half of a surrogate pair, which no encoding can send")
    if redact(text) != text:
        refuse(call, name, value, "looks like an API key, which belongs into the client's api_key")
    return text


def _query(parameter: Parameter, texts: list[str]) -> list[str]:
    name = quote(parameter.name, safe="")
    values = [quote(text, safe="") for text in texts]
    return [f"{name}={value}" for value in (values if parameter.explode else [",".join(values)])]


def _segment(call: str, name: str, texts: list[str]) -> str:
    text = ",".join(texts)
    if not text.strip():
        refuse(call, name, text, "is empty: pass an identifier")
    if text.strip() in (".", ".."):
        refuse(call, name, text, "would change the path: pass an identifier")
    return quote(text, safe="")


def _header(call: str, name: str, texts: list[str]) -> str:
    text = ",".join(texts)
    if not text.isascii() or not text.isprintable():
        refuse(call, name, text, "goes into a header: printable ASCII characters only")
    return text


def _content(
    call: str, body: Body, arguments: Mapping[str, Any], new_key: Callable[[], object]
) -> bytes | None:
    given = {name: value for name in body.fields if (value := arguments.get(name, UNSET)) is not UNSET}
    if body.optional and not given:
        return None
    if body.key is not None:
        given.setdefault(body.key, str(new_key()))
    content: Any = {}
    for name, known in body.fields.items():
        if name in given:
            content[known.name] = checked(call, name, known, given[name])
        elif known.required:
            refuse(call, name, UNSET, "is required")
    if body.whole:
        [content] = content.values()
    try:
        return json.dumps(to_json(content), allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{call}: the body cannot be written as JSON: {error}") from error
