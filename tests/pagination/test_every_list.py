"""Every list of the document is a pager."""

import pytest

from tests.fakes import document, operations, published
from tests.pagination.rows import rows_api

LISTS = [
    (method, path)
    for method, path, described in published()
    if {("page", "integer"), ("page_size", "integer")}
    <= {(parameter["name"], parameter["schema"].get("type")) for parameter in described["parameters"]}
]


def test_the_document_has_lists() -> None:
    assert len(LISTS) >= 3
    assert "Pagination" in document()["components"]["schemas"]


@pytest.mark.parametrize(("method", "path"), LISTS)
async def test_every_list_is_a_pager_of_the_largest_pages(method: str, path: str) -> None:
    operation = operations()[method, path]
    resource, name = operation.name.split(".")
    required = [argument for argument, parameter in operation.parameters.items() if parameter.required]
    api = rows_api()
    async with api.client() as client:
        pager = getattr(getattr(client, resource), name)(*["x" for _ in required])
        assert len(await pager.collect()) == 250
    assert operation.page_size == 100
    assert [request.url.params["page_size"] for request in api.requests] == ["100"] * 3
