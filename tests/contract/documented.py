"""An operation of the document, by which a request is judged.

Prism judges the values. What it does not see (see prism.py) is looked for here: parameters that the
document does not have, and parameters that are sent twice.
"""

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

import httpx

from exec_api_client._runtime.operations import Operation
from tests import schemas
from tests.contract.prism import violations
from tests.fakes import fitting


class Exchange(NamedTuple):
    """A request that went out, and the answer to it."""

    request: httpx.Request
    response: httpx.Response


class Documented:
    """One operation, as far as a request is judged by it; all references followed."""

    def __init__(self, document: dict[str, Any], path: str, method: str) -> None:
        self.document = document
        self.path = path
        self.method = method.upper()
        found = {(path, method): operation for path, method, operation in schemas.operations_of(document)}
        self.operation = found[path, method]
        self.parameters = {(each["in"], each["name"]) for each in self.operation["parameters"]}

    def follow(self, value: dict[str, Any]) -> dict[str, Any]:
        return schemas.follow(value, self.document)

    @property
    def body(self) -> dict[str, Any]:
        """The schema of the JSON body; empty where there is none."""
        content = schemas.json_of(self.follow(self.operation.get("requestBody", {}))) or {}
        return schemas.flat(content.get("schema", {}), self.document)

    def every_argument(self, operation: Operation[Any]) -> dict[str, Any]:
        """A call's arguments: a value for each parameter, and for each field of the body."""
        documented = {(each["in"], each["name"]): each["schema"] for each in self.operation["parameters"]}
        arguments = {
            argument: fitting(known, documented[known.location, known.name], "a-b")
            for argument, known in operation.parameters.items()
        }
        body = operation.body
        return arguments | {
            argument: schemas.sample(
                self.body if body.whole else self.body["properties"][field.name], self.document
            )
            for argument, field in (body.fields.items() if body else ())
        }

    def complaints(self, exchange: Exchange) -> list[str]:
        """What is wrong with a request: Prism's findings, and what Prism does not see."""
        request, response = exchange
        found = violations(response.headers, response.status_code, response.content)
        sent = [name for name, _ in query_of(request)]
        query = {name for location, name in self.parameters if location == "query"}
        found += [f"{name} is no query parameter of the operation" for name in {*sent} - query]
        found += [f"{name} is sent {sent.count(name)} times" for name in {*sent} if sent.count(name) > 1]
        if request.method != self.method or path_of(request, self.path) is None:
            found.append(f"{request.method} {request.url.path} is not {self.method} {self.path}")
        return found


def query_of(request: httpx.Request) -> list[tuple[str, str]]:
    query = request.url.query.decode()
    return parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))


def path_of(request: httpx.Request, template: str) -> dict[str, str] | None:
    """The values that a request has for the placeholders of a path, if it has that path."""
    raw = request.url.raw_path.decode().partition("?")[0]
    parts = re.split(r"{(\w+)}", template)
    literal = [re.escape(quote(part)) for part in parts]
    pattern = "".join(f"(?P<{part}>[^/]+)" if n % 2 else literal[n] for n, part in enumerate(parts))
    match = re.fullmatch(pattern, raw)
    return match and {name: unquote(value) for name, value in match.groupdict().items()}
