"""Requests, and how an operation's arguments become one. No I/O.

A wrong argument is found here, before anything is sent.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import quote, unquote
from uuid import uuid4

from ..errors import ConfigurationError
from .arguments import display, has_one_value, only_value, reject, validate
from .models import UNSET, to_json
from .operations import Body, Operation, Parameter

# Methods that may be repeated when it is unknown whether the server has acted (RFC 9110, 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})

_KEY = re.compile(r"exec_live_[A-Za-z0-9]{16,}")

# Headers that the client or httpx sets.
_OWN_HEADERS = {"authorization", "connection", "content-length", "host", "transfer-encoding"}


class Request(NamedTuple):
    """One request, without the base URL and the key.

    Attributes:
        operation: The operation's name, such as `sessions.list`.
        method: The HTTP method.
        path: The path below the base URL, percent-encoded.
        query: The encoded `name=value` text of each parameter, by its name in the API.
        headers: The headers of the operation, names in lower case.
        content: The body.
        idempotent: Whether the request may be repeated when the server may have acted on it.
    """

    operation: str
    method: str
    path: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    content: bytes | None = None
    idempotent: bool = True

    @property
    def target(self) -> str:
        """The path and the query."""
        return f"{self.path}?{'&'.join(self.query.values())}" if self.query else self.path

    def with_parts(self, query: Mapping[str, str], headers: Mapping[str, str]) -> Request:
        """Return the same request with another query and other headers."""
        # Not by `_replace`: each call leaves a tuple in a cache of Python, up to 2,000 of them.
        return Request(self.operation, self.method, self.path, query, headers, self.content, self.idempotent)


def build_request(
    operation: Operation[Any], arguments: Mapping[str, Any], new_key: Callable[[], object] = uuid4
) -> Request:
    """Return the request of a call.

    Args:
        operation: The operation to call.
        arguments: The arguments by their names in Python. `None` is not sent as a parameter. In a body
            it is sent as null, and `UNSET` is not sent.
        new_key: Makes an idempotency key where the caller gave none.

    Raises:
        ConfigurationError: An argument is missing or breaks a rule.
    """
    name, path, query, headers = operation.name, operation.path, dict[str, str](), dict[str, str]()
    for argument, parameter in operation.parameters.items():
        value = arguments.get(argument)
        if value is None or value is UNSET:
            if parameter.required:
                reject(name, argument, value, "is required")
        elif parameter.location == "query":
            query[parameter.name] = _query(name, argument, parameter, value)
        elif parameter.location == "header":
            headers[parameter.name] = _header(name, argument, parameter, value)
        else:
            path = path.replace(f"{{{parameter.name}}}", _segment(name, argument, parameter, value))
    body, content, idempotent = operation.body, None, operation.method in IDEMPOTENT
    if body is not None:
        content = _content(operation, body, arguments, new_key)
    if body is not None and content is not None:
        headers["content-type"] = body.media_type
        idempotent = idempotent or (body.key is not None and arguments.get(body.key, UNSET) is not None)
    return Request(name, operation.method, path, query, headers, content, idempotent)


def replace_query(request: Request, operation: Operation[Any], arguments: Mapping[str, Any]) -> Request:
    """Return the same request with other values of some query parameters. `None` removes one."""
    query = dict(request.query)
    for argument, value in arguments.items():
        parameter = operation.parameters[argument]
        query.pop(parameter.name, None)
        if value is not None:
            query[parameter.name] = _query(operation.name, argument, parameter, value)
    return request.with_parts(query, request.headers)


def _query(call: str, name: str, parameter: Parameter, value: Any) -> str:
    key, texts = quote(parameter.name, safe=""), _texts(call, name, parameter, value)
    values = [quote(text, safe="") for text in texts]
    return "&".join(f"{key}={value}" for value in (values if parameter.explode else [",".join(values)]))


def _segment(call: str, name: str, parameter: Parameter, value: Any) -> str:
    texts = _texts(call, name, parameter, value)
    whole = ",".join(texts)
    if not whole.strip():
        reject(call, name, value, "must not be empty; pass an identifier")
    if whole.strip() in (".", ".."):
        reject(call, name, value, "must not change the path; pass an identifier")
    return ",".join(quote(text, safe="") for text in texts)


def _header(call: str, name: str, parameter: Parameter, value: Any) -> str:
    text = ",".join(_texts(call, name, parameter, value))
    if not text.isascii() or not text.isprintable():
        reject(call, name, value, "must hold only printable ASCII characters, since it is sent in a header")
    return text


def _texts(call: str, name: str, parameter: Parameter, value: Any) -> list[str]:
    """Return the text of each value, one for an argument that is no list."""
    valid = validate(call, name, parameter, value)
    texts = [_text(call, name, item) for item in (valid if parameter.many else [valid])]
    if not texts:
        problem = "must not be empty, which the API reads as no filter; leave it out, or skip the call"
        reject(call, name, value, problem)
    if parameter.many and not parameter.explode and any("," in text or not text for text in texts):
        reject(call, name, value, "must hold non-empty values without commas, since commas join them")
    return texts


def _text(call: str, name: str, value: Any) -> str:
    try:
        plain = to_json(value)
        if not isinstance(plain, str | int | float | dict | list):
            plain = operator.index(plain)  # also whole numbers of numpy
        text = plain if isinstance(plain, str) else json.dumps(plain, allow_nan=False)
        text.encode()
    except UnicodeEncodeError:
        reject(call, name, value, "must not hold half of a surrogate pair, which UTF-8 cannot encode")
    except TypeError:
        reject(call, name, value, f"must be a text, a number, a bool or a date, not {type(value).__name__}")
    except ValueError as error:
        reject(call, name, value, f"must be a value that fits in a URL: {error}")
    if isinstance(plain, dict | list):
        reject(call, name, value, "must be a single value, not an object or a list in a list")
    return text


def _content(
    operation: Operation[Any], body: Body, arguments: Mapping[str, Any], new_key: Callable[[], object]
) -> bytes | None:
    given = {name: value for name in body.fields if (value := arguments.get(name, UNSET)) is not UNSET}
    changed = [
        name for name in given if not (body.fields[name].required and has_one_value(body.fields[name]))
    ]
    if operation.method == "PATCH" and not changed:
        raise ConfigurationError(f"{operation.name}: pass at least one field to change")
    if body.optional and not given:
        return None
    if body.key is not None:
        given.setdefault(body.key, str(new_key()))
    content: Any = {}
    for name, argument in body.fields.items():
        if name not in given and argument.required:
            given[name] = only_value(operation.name, name, argument)
        if name in given:
            content[argument.name] = validate(operation.name, name, argument, given[name])
    if body.whole:
        [content] = content.values()
    return _json(operation.name, content)


def _json(call: str, value: Any) -> bytes:
    try:
        return json.dumps(to_json(value), allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{call}: the body must be JSON: {error}") from error


def any_request(method: Any, path: Any, params: Any, content: Any, headers: Any) -> Request:
    """Return a request that the API's document does not have. Content that is None makes no body."""
    verb = method.upper() if isinstance(method, str) else ""
    if not re.fullmatch("[A-Z]+", verb):
        raise ConfigurationError(f"method must be an HTTP method such as 'GET', not {display(method)}")
    call, target, sent, body = f"{verb} {path}", _path(path), check_headers(headers), None
    if content is not None:
        sent, body = {"content-type": "application/json", **sent}, _json(call, content)
    query, idempotent = any_query(call, params), verb in IDEMPOTENT
    return Request(_any_name(verb, path), verb, target, query, sent, body, idempotent)


def _any_name(verb: str, path: Any) -> str:
    """Return the name under which requests wait together: that of their method and first part of the path."""
    return f"{verb} /{str(path).strip('/').partition('/')[0]}"


def any_list(path: Any, params: Any, page_size: int, default_page_size: int) -> Operation[Any]:
    """Return a list that the API's document does not have, with the parameters of a call."""
    return Operation(
        _any_name("GET", path),
        "GET",
        _path(path),
        lambda _, data: data,
        parameters=_any_parameters({"page": 1, "page_size": 1, **_named("params", params)}),
        page_size=page_size,
        default_page_size=default_page_size,
    )


def any_query(call: str, params: Any) -> dict[str, str]:
    """Return the encoded text of each parameter. A list is sent as repeated names, `None` is not sent."""
    given = {name: value for name, value in _named("params", params).items() if value is not None}
    return {
        name: _query(call, name, parameter, given[name]) for name, parameter in _any_parameters(given).items()
    }


def _any_parameters(values: Mapping[str, Any]) -> dict[str, Parameter]:
    return {
        name: Parameter(name, "anything", "query", many=isinstance(value, list | tuple), explode=True)
        for name, value in values.items()
    }


def _path(path: Any) -> str:
    decoded = unquote(path) if _is_text(path) else ""
    leaves = not decoded.startswith("/") or decoded.startswith("//") or {".", ".."} & {*decoded.split("/")}
    if leaves or {*decoded} & {*"?#\\"}:
        raise ConfigurationError(
            "path must be a path below the base URL such as '/workspace/members', without '..' and "
            f"with the query in params=, not {display(path)}"
        )
    return quote(path, safe="/%:@!$&'()*+,;=~")


def _is_text(value: Any) -> bool:
    """Whether a value is a text that can be sent: it has no half of a surrogate pair."""
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def check_headers(headers: Any) -> dict[str, str]:
    """Return headers with their names in lower case. None may be one that the client or httpx sets."""
    checked: dict[str, str] = {}
    for name, value in _named("headers", headers).items():
        if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) or name.lower() in _OWN_HEADERS:
            raise ConfigurationError(
                f"headers: {display(name)} must be a header's name; pass a key as api_key="
            )
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise ConfigurationError(f"headers: {name} must hold only printable ASCII, not {display(value)}")
        checked[name.lower()] = value
    return checked


def check_no_key(request: Request) -> None:
    """Refuse a request that holds an API key. Its own one is added later, in a header."""
    texts = [unquote(request.target), *request.headers, *request.headers.values()]
    if request.content:
        texts.append(request.content.decode("utf-8", "replace"))
    if any(_KEY.search(text) for text in texts):
        raise ConfigurationError(
            f"{request.operation}: an argument holds an API key; pass keys only as the client's api_key"
        )


def _named(argument: str, values: Any) -> Mapping[str, Any]:
    """Return a mapping of texts to values, which may be None."""
    named: Any = {} if values is None else values
    if not isinstance(named, Mapping) or not all(_is_text(name) for name in cast(Any, named)):
        raise ConfigurationError(f"{argument} must be a dict with names as keys, not {display(values)}")
    return cast(Mapping[str, Any], named)
