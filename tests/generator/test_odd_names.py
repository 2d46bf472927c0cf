from __future__ import annotations

from typing import Any

from generator.generate import DOCUMENT, OVERLAY
from generator.normalise import normalise
from generator.odd_names import odd_names
from generator.overlay import apply
from generator.yaml12 import load_file


def test_the_published_operations_are_called_by_the_rule() -> None:
    document = apply(load_file(DOCUMENT), load_file(OVERLAY))
    assert list(odd_names(document, normalise(document))) == []


def test_names_that_do_not_follow_from_an_operation_id_are_pointed_out() -> None:
    def operation(**fields: Any) -> Any:
        return {"get": {"tags": ["Things"], "responses": {"200": {"description": "OK"}}, **fields}}

    document = {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "paths": {
            "/things": operation(operationId="listThings"),
            "/things/id": operation(),
            "/thing": operation(operationId="findThing"),
            "/things/all": operation(operationId="findThings"),
        },
    }
    assert list(odd_names(document, normalise(document))) == [
        "GET /things/id: its method is client.things.get_id, since there is no operationId",
        "GET /thing (findThing): its method is client.things.find_thing, "
        "since its shorter name would be that of another too",
        "GET /things/all (findThings): its method is client.things.find_things, "
        "since its shorter name would be that of another too",
    ]
