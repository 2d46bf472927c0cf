from __future__ import annotations

import pytest

from .growing import answering
from .normalising import TEXT, ref, refused, schemas_of, thing


@pytest.mark.parametrize(
    ("one", "other", "called"),
    [("type", "@type", "type_"), ("a-b", "a b", "ab"), ("to_dict", "to_dict_", "to_dict_")],
)
def test_two_fields_of_one_name_are_named_with_what_has_them(one: str, other: str, called: str) -> None:
    advice = "remove one of them in overlay.yaml"
    both = {one: TEXT, other: TEXT}
    said = f"its fields {one!r} and {other!r} would both be called {called} in Python; {advice}"
    assert refused({"responses": answering(ref("A"))}, A=thing(**both)) == f"A: {said}"
    inner = thing(data={"type": "array", "items": {"allOf": [thing(**{one: TEXT}), thing(**{other: TEXT})]}})
    assert refused({"operationId": "getX", "responses": answering(inner)}) == f"get_x.data: {said}"


def test_two_parameters_of_one_name_are_named_with_their_operation() -> None:
    parameters = [{"name": name, "in": "query", "schema": TEXT} for name in ("type", "@type")]
    assert refused({"operationId": "getX", "parameters": parameters}) == (
        "GET /things (get_x): its parameters in query 'type' and '@type' would both be called type_ "
        "in Python; remove one of them in overlay.yaml"
    )


@pytest.mark.parametrize("names", [("id", "_id"), ("id", "ID"), ("one", "two")])
def test_names_that_the_generator_tells_apart_are_fine(names: tuple[str, str]) -> None:
    assert schemas_of(A=thing(**dict.fromkeys(names, TEXT)))["A"]["properties"].keys() == {*names}
