"""The published document, as validators that forgive nothing."""

from functools import cache
from typing import Any

from openapi_schema_validator import OAS30Validator

from tests.fakes import document
from tests.fakes import operations as generated
from tests.schemas import follow, operations_of

SERVED = (
    "listSessions",
    "getSession",
    "listAssignments",
    "getScenarioAnalyticsSummary",
    "getScenarioAnalyticsParticipants",
)
"""The operations that the sandbox serves. They are written by hand; the document may have more."""


@cache
def operations() -> dict[str, dict[str, Any]]:
    """operationId → each operation that the sandbox serves, every `$ref` replaced by what it refers to."""
    found = {
        operation["operationId"]: {"path": path, **_resolve(operation)}
        for path, _, operation in operations_of(document())
        if operation.get("operationId") in SERVED
    }
    gone = [operation_id for operation_id in SERVED if operation_id not in found]
    assert not gone, (
        f"the document has no {', '.join(gone)} any more: remove it from SERVED and from the sandbox"
    )
    return found


def on_request() -> set[str]:
    """The fields of a session that come when they are asked for, as their descriptions say."""
    found = _content("getSession", 200)["schema"]["properties"]
    return {name for name, field in found.items() if f"?include={name}`" in field.get("description", "")}


def others() -> set[tuple[str, str]]:
    """Method and path of each operation that the sandbox does not serve."""
    return {
        (method.upper(), path)
        for path, method, operation in operations_of(document())
        if operation.get("operationId") not in SERVED and (method.upper(), path) in generated()
    }


def parameters(operation_id: str) -> set[str]:
    """The names of an operation's query parameters."""
    return {each["name"] for each in operations()[operation_id]["parameters"] if each["in"] == "query"}


def largest_page(operation_id: str) -> int:
    """The upper bound of an operation's `page_size`."""
    [size] = [each for each in operations()[operation_id]["parameters"] if each["name"] == "page_size"]
    most: int = size["schema"]["maximum"]
    return most


def example(operation_id: str, status: int) -> Any:
    """The published example of an answer."""
    return _content(operation_id, status)["example"]


def check(operation_id: str, status: int, body: Any, *, include: set[str] = frozenset()) -> None:
    """Assert that a body has every documented field, no other, and every value its type."""
    schema = _strict(_content(operation_id, status)["schema"], on_request() - include)
    errors = [f"{error.json_path}: {error.message}" for error in OAS30Validator(schema).iter_errors(body)]
    assert not errors, "; ".join([*errors[:5], f"{len(errors)} in all"])


def _content(operation_id: str, status: int) -> Any:
    return operations()[operation_id]["responses"][str(status)]["content"]["application/json"]


def _resolve(node: Any) -> Any:
    if isinstance(node, list):
        return [_resolve(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: _resolve(value) for key, value in follow(node, document()).items()}


def _strict(schema: Any, left_out: set[str]) -> Any:
    """Make every property required (an error's code apart), and allow no other.

    A nullable enum allows null: the published enums do not list it, though they mean it.
    """
    schema = dict(schema)
    if schema.get("nullable") and "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "properties" in schema:
        kept = {name: each for name, each in schema["properties"].items() if name not in left_out}
        schema["properties"] = {name: _strict(each, left_out) for name, each in kept.items()}
        schema["required"] = sorted(kept.keys() - {"code"})
        schema["additionalProperties"] = False
    if "items" in schema:
        schema["items"] = _strict(schema["items"], left_out)
    return schema
