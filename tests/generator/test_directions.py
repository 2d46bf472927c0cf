from __future__ import annotations

from generator.normalise import normalise
from generator.walk import Json

from .growing import answering, document_of, taking
from .normalising import TEXT, operation_of, ref, refused, schema_of, schemas_of, thing


def test_answers_require_every_field_that_is_not_sent_on_request_only() -> None:
    schema = {**thing(a=TEXT, b={**TEXT, "x-on-request": True}, c=thing(d=TEXT)), "required": ["b"]}
    answered = schema_of(operation_of({"responses": answering(schema)})["responses"]["200"])
    assert answered["required"] == ["a", "c"]
    assert answered["properties"]["c"]["required"] == ["d"]


def test_requests_require_what_the_document_says() -> None:
    schema = {**thing(a=TEXT, b=TEXT), "required": ["a"]}
    body = operation_of({"method": "post", "requestBody": taking(schema)})["requestBody"]
    assert schema_of(body)["required"] == ["a"]


def both_ways(name: str) -> Json:
    return {"method": "put", "requestBody": taking(ref(name)), "responses": answering(ref(name))}


def test_a_schema_of_requests_and_answers_becomes_two_where_they_differ() -> None:
    schemas = {
        "A": {**thing(a=TEXT, b=TEXT, same=ref("Same"), inner=ref("Inner")), "required": ["a"]},
        "Inner": thing(x=TEXT, back=ref("A")),
        "Same": {**thing(y=TEXT), "required": ["y"]},
    }
    document = normalise(document_of(both_ways("A"), **schemas))
    result = document["components"]["schemas"]
    operation = document["paths"]["/things"]["put"]
    assert schema_of(operation["requestBody"]) == ref("AInput")
    assert schema_of(operation["responses"]["200"]) == ref("A")
    assert result.keys() == {"A", "AInput", "Inner", "InnerInput", "Same"}
    assert result["AInput"]["required"] == ["a"]
    assert result["AInput"]["properties"]["inner"] == ref("InnerInput")
    assert result["AInput"]["properties"]["same"] == ref("Same")
    assert result["InnerInput"]["properties"]["back"] == ref("AInput")
    assert result["A"]["required"] == ["a", "b", "same", "inner"]
    assert result["A"]["properties"]["inner"] == ref("Inner")


def test_an_input_never_replaces_another_schema() -> None:
    text = refused(both_ways("A"), A=thing(a=TEXT), AInput=thing(b=TEXT))
    assert text == "the schema AInput is wanted for what requests hold of A; rename it"


def test_fields_for_one_direction_are_left_out_of_the_other() -> None:
    schema = thing(id={**TEXT, "readOnly": True}, secret={**TEXT, "writeOnly": True}, name=TEXT)
    schema["required"] = ["id", "secret", "name"]
    result = normalise(document_of(both_ways("A"), A=schema))["components"]["schemas"]
    assert result["A"]["required"] == list(result["A"]["properties"]) == ["id", "name"]
    assert result["AInput"]["required"] == list(result["AInput"]["properties"]) == ["secret", "name"]


def test_the_alternative_with_the_most_fields_is_tried_first() -> None:
    either = {"oneOf": [ref("Small"), TEXT, ref("Large")]}
    schemas = schemas_of(
        Small=thing(a=TEXT), Large=thing(a=TEXT, b=TEXT), Holder=thing(it=either, x=TEXT, y=TEXT)
    )
    assert schemas["Holder"]["properties"]["it"]["oneOf"] == [ref("Large"), ref("Small"), TEXT]
