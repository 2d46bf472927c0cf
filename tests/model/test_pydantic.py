"""Models in pydantic and FastAPI, without a dependency of the package on either."""

import inspect
import typing
from typing import Any

import attrs
import httpx
import pydantic
import pytest
from fastapi import FastAPI

from exec_api_client import UNSET, AsyncExecClient, ExecClient, Page, models
from exec_api_client.models import SessionDetail, SessionListItem
from tests.model.samples import DETAIL, detail

MODELS = [kind for kind in (getattr(models, name) for name in models.__all__) if inspect.isclass(kind)]
ITEM = {name: DETAIL[name] for name in ("id", "user", "scenario", "score", "rank", "created_at")}


class Box(pydantic.BaseModel):
    one: SessionDetail
    many: list[SessionListItem]
    page: Page[SessionListItem]


def box() -> Box:
    item = SessionListItem.from_dict(ITEM)
    return Box(one=detail(), many=[item], page=Page([item], 1, 50, 1, 1))


def test_models_round_trip_and_absent_fields_stay_absent() -> None:
    text = box().model_dump_json()
    assert "UNSET" not in text
    assert Box.model_validate_json(text) == box()
    [item] = pydantic.TypeAdapter(Box).validate_json(text).many
    assert (item.user, item.duration_seconds) == (detail().user, UNSET)


def test_another_value_is_a_validation_error() -> None:
    with pytest.raises(pydantic.ValidationError, match="Input should be a SessionDetail or its JSON object"):
        pydantic.TypeAdapter(SessionDetail).validate_python(5)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_every_model_has_a_json_schema(kind: Any, mode: Any) -> None:
    schema = pydantic.TypeAdapter(kind).json_schema(mode=mode)
    assert schema["properties"].keys() == set(kind.from_dict(dict.fromkeys(names(kind), 1)).to_dict())
    assert set(schema.get("required", ())) == set(kind._absent)


def names(kind: Any) -> list[str]:
    return [field.name for field in attrs.fields(kind) if field.name != "_unknown"]


async def test_a_route_returns_models_and_pages() -> None:
    app = FastAPI()

    @app.get("/one")
    async def one() -> SessionDetail:
        return detail()

    @app.get("/part", response_model_exclude={"user"})
    async def part() -> SessionDetail:
        return detail()

    @app.get("/page")
    async def page() -> Page[SessionListItem]:
        return box().page

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        assert (await client.get("/one")).json() == detail().to_dict()
        assert (await client.get("/part")).json().keys() == detail().to_dict().keys() - {"user"}
        assert (await client.get("/page")).json()["items"] == [box().many[0].to_dict()]
        described = (await client.get("/openapi.json")).json()["components"]["schemas"]
    assert described["SessionDetail"]["properties"]["created_at"] == {
        "type": "string",
        "format": "date-time",
        "title": "Created At",
    }


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_type_hints_are_resolved(kind: Any) -> None:
    assert typing.get_type_hints(kind).keys() >= set(names(kind))
    assert attrs.resolve_types(kind) is kind


@pytest.mark.parametrize("kind", [AsyncExecClient, ExecClient])
def test_type_hints_of_a_client_are_resolved(kind: Any) -> None:
    assert typing.get_type_hints(kind)
    for name in ("__init__", "request", "paginate", "with_options", "with_response"):
        assert typing.get_type_hints(getattr(kind, name))
