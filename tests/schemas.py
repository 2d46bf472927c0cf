"""What a document says of an operation: parameters, answers, and arguments that fit it; for any document."""

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Header parameters of these names mean nothing in OpenAPI 3.0.
NO_HEADERS = {"accept", "authorization", "content-type"}

# The formats that Prism checks.
_TEXTS = {
    "byte": "YWJj",
    "date": "2026-03-01",
    "date-time": "2026-03-01T00:00:00Z",
    "duration": "P3DT4H",
    "email": "jane@acme.com",
    "hostname": "api.exec.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/data/0",
    "regex": "^a+$",
    "relative-json-pointer": "1/data",
    "time": "12:30:00Z",
    "uri": "https://exec.com/a?b=c",
    "uri-reference": "/a?b=c",
    "uri-template": "/a/{b}",
    "url": "https://exec.com/a?b=c",
    "uuid": "11111111-1111-1111-1111-111111111111",
}


def operations_of(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation: with its parameters, those of its path too, and its answers.

    Hidden operations are left out, since the package has no method for them.
    """
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and not (item.get("x-hidden") or item[method].get("x-hidden")):
                operation = item[method]
                responses = operation["responses"].items()
                answers = {str(status): follow(each, document) for status, each in responses}
                known = parameters_of(document, item, operation)
                yield path, method, {**operation, "parameters": known, "responses": answers}


def parameters_of(
    document: dict[str, Any], item: dict[str, Any], operation: dict[str, Any]
) -> list[dict[str, Any]]:
    """The parameters of an operation with their schemas; its own, then those of the path that they leave."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in [*operation.get("parameters", []), *item.get("parameters", [])]:
        parameter = follow(each, document)
        if parameter["in"] != "header" or parameter["name"].lower() not in NO_HEADERS:
            known = {"description": "", **parameter, "schema": follow(parameter.get("schema", {}), document)}
            found.setdefault((parameter["in"], parameter["name"]), known)
    return list(found.values())


def follow(node: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The node that a reference leads to, over as many references as there are."""
    while "$ref" in node:
        steps = node["$ref"].removeprefix("#/").split("/")
        node = document
        for step in steps:
            node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


def json_of(part: dict[str, Any]) -> dict[str, Any] | None:
    """What a request body or an answer holds as JSON, or None where it holds none."""
    content = part.get("content", {})
    return next((content[kind] for kind in content if kind.partition(";")[0].endswith("json")), None)


def flat(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it takes over through `allOf`."""
    schema = follow(schema, document)
    merged: dict[str, Any] = {"properties": {}, "required": []}
    for part in [*(flat(part, document) for part in schema.get("allOf", [])), schema]:
        merged = {
            **merged,
            **part,
            "properties": {**merged["properties"], **part.get("properties", {})},
            "required": [*merged["required"], *part.get("required", [])],
        }
    return merged


def sample(schema: dict[str, Any], document: dict[str, Any], text: str = "some text & more/ä") -> Any:
    """A value that fits a schema, with only the fields that it has to have."""
    schema = flat(schema, document)
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return sample(schema[key][0], document, text)
    if "enum" in schema:
        return [value for value in schema["enum"] if value is not None][-1]
    match schema.get("type"):
        case "integer":
            return schema.get("minimum", 1)
        case "number":
            return schema.get("minimum", 1.5)
        case "boolean":
            return True
        case "array":
            return [sample(schema.get("items", {}), document, text)]
        case "string":
            fitting = text[: schema.get("maxLength")].ljust(schema.get("minLength", 0), "x")
            return _TEXTS.get(schema.get("format", ""), fitting)
        case _:
            return {
                name: sample(schema["properties"][name], document, text)
                for name in schema["required"]
                if name in schema["properties"]
            }
