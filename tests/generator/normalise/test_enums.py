from __future__ import annotations

from generator.document.openapi import Node as Json

from ..growing import answering
from .normalising import PARAMETER, TEXT, enum, normalised, ref, schemas_of, thing


def test_enums_with_the_same_values_and_meaning_are_one() -> None:
    fields = {
        "best_rank": enum("a", "b", description="Best"),
        "rank_min": enum("b", "a", None, nullable=True),
        "rank": enum("a", "b"),
    }
    schemas = schemas_of(A=thing(**fields), B=thing(rank=enum("a", "b")))
    assert schemas["Rank"] == enum("a", "b")
    assert schemas["A"]["properties"] == {
        "best_rank": {"allOf": [ref("Rank")], "description": "Best"},
        "rank_min": {"allOf": [ref("Rank")], "nullable": True},
        "rank": ref("Rank"),
    }


def test_an_enum_that_stands_alone_is_named_by_its_place() -> None:
    assert "AState" in schemas_of(A=thing(state=enum("on", "off")))


def test_enums_that_share_a_name_but_no_values_are_named_by_their_places() -> None:
    on, up = enum("on", "off"), enum("up", "down")
    schemas = schemas_of(A=thing(state=on), B=thing(state=on), C=thing(state=up), D=thing(state=up))
    assert {"AState", "CState"} <= schemas.keys()
    assert "State" not in schemas


def test_enums_that_share_values_but_no_meaning_stay_apart() -> None:
    schemas = schemas_of(A=thing(level=enum("low", "high")), B=thing(risk=enum("low", "high")))
    assert {"ALevel", "BRisk"} <= schemas.keys()


def test_an_enum_never_takes_the_name_of_another_schema() -> None:
    state = enum("on", "off")
    schemas = schemas_of(A=thing(state=state), B=thing(state=state), State=thing(x=TEXT))
    assert schemas["AState"] == state
    assert schemas["State"]["properties"] == {"x": TEXT}


TIERS = ("gold", "silver")


def test_one_more_place_renames_no_enum() -> None:
    shared = {"best_rank": enum(*TIERS), "rank_min": enum(*TIERS), "rank": enum(*TIERS)}
    for added in ({"best": enum(*TIERS)}, {"best_tier": enum(*TIERS)}, {"min_level": enum(*TIERS)}):
        schemas = schemas_of(A=thing(**added), B=thing(**shared))
        assert schemas["Rank"] == enum(*TIERS)
        assert {ref["$ref"] for ref in schemas["B"]["properties"].values()} == {"#/components/schemas/Rank"}
        assert set(schemas) == {
            "A",
            "B",
            "Rank",
            "A" + "".join(part.title() for part in next(iter(added)).split("_")),
        }


def test_a_shared_enum_keeps_its_name_when_others_claim_it() -> None:
    many = {name: enum(*TIERS) for name in ("rank", "best_rank", "first_rank")}
    few = {name: enum("up", "down") for name in ("rank", "rank_min")}
    schemas = schemas_of(A=thing(**few), B=thing(**many))
    assert schemas["Rank"] == enum(*TIERS)
    assert schemas["ARank"] == enum("up", "down")


def test_a_parameter_is_not_named_after_what_a_returned_object_holds() -> None:
    def names(rows: Json) -> set[str]:
        state = {**PARAMETER, "name": "state", "schema": enum("on", "off")}
        listing = {"operationId": "listOrders", "parameters": [state], "responses": answering(rows)}
        found = schemas_of(listing, Order=thing(buyer=ref("Buyer")), Buyer=thing(state=enum("on", "off")))
        return {name for name in found if "enum" in found[name]}

    assert names({"type": "array", "items": ref("Order")}) == {"ListOrdersState", "BuyerState"}
    assert names({"type": "array", "items": ref("Buyer")}) == {"BuyerState"}


def test_a_contested_name_goes_to_one_meaning_and_the_others_are_called_after_their_owners() -> None:
    many = {name: enum(*TIERS) for name in ("rank", "best_rank", "first_rank", "last_rank")}
    schemas = schemas_of(A=thing(rank=enum("u", "d")), B=thing(rank=enum("u", "d")), C=thing(**many))
    assert {name for name in schemas if "enum" in schemas[name]} == {"Rank", "ARank", "BRank"}


def test_null_among_the_values_is_null() -> None:
    schemas = schemas_of(A=thing(level=enum("x", None)))
    assert schemas["A"]["properties"]["level"] == {"allOf": [ref("ALevel")], "nullable": True}


def test_an_enum_that_is_not_kept_is_noted() -> None:
    document = normalised(
        {"responses": answering(ref("A"))}, A=thing(ratio={"type": "number", "enum": [0.5, 1]})
    )
    told = "A.ratio: may have any value, since its enum is not of texts only, or of whole numbers only"
    assert told in document.notes


def test_a_field_that_says_nothing_by_itself_is_named_after_what_has_it() -> None:
    state = enum("on", "paused", "off")
    listing = {
        "operationId": "listLamps",
        "parameters": [{**PARAMETER, "name": "state", "schema": {"type": "array", "items": state}}],
        "responses": answering({"type": "array", "items": ref("Lamp")}),
    }
    engine = thing(state=state, previous_state=state)
    schemas = schemas_of(listing, Lamp=thing(state=state, engine=ref("Engine")), Engine=engine)
    assert {name for name in schemas if "State" in name} == {"LampState", "EngineState"}
    alone = schemas_of(listing, Lamp=thing(state=state))
    assert {name for name in alone if "State" in name} == {"LampState"}


def test_enums_of_alternatives_have_names_of_their_own() -> None:
    either = {"oneOf": [thing(kind=enum("a"), x=TEXT), thing(kind=enum("b"), inner=thing(kind=enum("c")))]}
    schemas = schemas_of({"operationId": "getThing", "responses": answering(either)})
    assert schemas == {
        "GetThingKind": enum("a"),
        "GetThingResultKind": enum("b"),
        "GetThingInner": {**thing(kind=ref("GetThingInnerKind")), "required": ["kind"]},
        "GetThingInnerKind": enum("c"),
    }


def test_an_enum_in_a_composition_of_one_is_named_by_its_place() -> None:
    composed = {"allOf": [enum("x", "y")], "nullable": True, "description": "Which"}
    schemas = schemas_of({"operationId": "getThing", "responses": answering(thing(a=composed))})
    assert schemas["GetThingResultA"] == enum("x", "y")


def test_the_enum_of_a_component_that_is_a_list() -> None:
    assert "RanksItem" in schemas_of(Ranks={"type": "array", "items": enum("x", "y")})


def test_a_published_enum_lends_its_name_and_keeps_its_form() -> None:
    published = enum("a", "b", None, description="What it is", nullable=True)
    schemas = schemas_of(Kind=published, A=thing(kind=enum("a", "b"), other_kind=ref("Kind")))
    assert schemas["Kind"] == enum("a", "b", description="What it is")
    assert schemas["A"]["properties"] == {
        "kind": ref("Kind"),
        "other_kind": {"allOf": [ref("Kind")], "nullable": True},
    }


def test_a_schema_that_nothing_uses_decides_no_name() -> None:
    ranked, used = enum(*TIERS), {"operationId": "getThing", "responses": answering(ref("A"))}
    unused = thing(rank=ranked, best_rank=ranked, a=thing())
    assert normalised(used, A=thing(rank=ranked), Unused=unused).schemas.keys() == {"A", "ARank"}


def test_whole_numbers_make_enums() -> None:
    assert schemas_of(A=thing(level={"enum": [3, 1, None]}))["ALevel"] == {"type": "integer", "enum": [3, 1]}
