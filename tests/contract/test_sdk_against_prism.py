"""Every operation of the document, called through the SDK with every parameter, as Prism sees it."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from exec_api_client import APIStatusError, AsyncExecClient, Page, ResponseDecodeError
from exec_api_client._runtime.models import Model
from tests.contract.cases import CASES
from tests.contract.documented import Documented, Exchange, query_of
from tests.fakes import operations

# Every operation of the document, those too that came after these cases, by method and path.
EVERY = operations()


def as_json(answer: Any) -> Any:
    """An answer of the SDK in the form of the document's examples."""
    if isinstance(answer, Page):
        numbers = ("page", "page_size", "total_count", "total_pages")
        return {
            "data": [as_json(item) for item in answer],
            "pagination": {name: getattr(answer, name) for name in numbers},
        }
    return answer.to_dict() if isinstance(answer, Model) else answer


def leaves(value: Any) -> Iterator[Any]:
    """All values of a model that are no models or lists themselves."""
    if isinstance(value, Page | list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, Model):
        assert not value.additional_properties, f"{value!r} has fields that its model does not know"
        for name in value.__slots__:
            if name not in ("_unknown", "__weakref__"):
                yield from leaves(getattr(value, name))
    else:
        yield value


@pytest.fixture(params=CASES)
def name(request: pytest.FixtureRequest, documented: dict[str, Documented]) -> str:
    """Each case; one of what is no longer there says so, and does not fail on the way."""
    name: str = request.param
    assert name in documented, f"openapi.yaml no longer has {name}: remove it from CASES"
    unknown = CASES[name].sent.keys() - documented[name].names
    assert not unknown, f"{name} no longer has {sorted(unknown)}: remove them from CASES[{name!r}]"
    return name


@pytest.mark.parametrize("path_and_method", [pytest.param(key, id=each.name) for key, each in EVERY.items()])
async def test_prism_has_nothing_against_any_operation_with_every_argument(
    client: AsyncExecClient,
    exchanges: list[Exchange],
    document: dict[str, Any],
    path_and_method: tuple[str, str],
) -> None:
    operation, (method, path) = EVERY[path_and_method], path_and_method
    judge = Documented(document, path, method.lower())
    arguments = judge.every_argument(operation)
    resource, name = operation.name.split(".")
    with contextlib.suppress(ResponseDecodeError, APIStatusError):  # an answer that Prism made up
        await getattr(getattr(client, resource), name)(**arguments)
    [exchange] = exchanges
    found = judge.complaints(exchange)
    assert [complaint for complaint in found if not complaint.startswith("response")] == []
    assert exchange.response.is_success or exchange.response.is_server_error
    sent = {name for name, _ in query_of(exchange.request)}
    assert sent == {name for location, name in judge.parameters if location == "query"}
    body = operation.body
    if body is not None:
        fields = {field.name: arguments[argument] for argument, field in body.fields.items()}
        expected = next(iter(fields.values())) if body.whole else fields
        assert json.loads(exchange.request.content) == expected


async def test_prism_has_nothing_against_the_request(
    client: AsyncExecClient, exchanges: list[Exchange], documented: dict[str, Documented], name: str
) -> None:
    await CASES[name].call(client)
    [exchange] = exchanges
    assert documented[name].complaints(exchange) == []
    assert documented[name].sent(exchange.request) == CASES[name].sent


async def test_the_published_answer_is_read_without_loss(
    client: AsyncExecClient, documented: dict[str, Documented], name: str
) -> None:
    answer = await CASES[name].call(client)
    assert as_json(answer) == documented[name].example
    assert not [value for value in leaves(answer) if isinstance(value, dict)], "an object is no model"
