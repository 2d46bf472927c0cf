"""No pickle holds the key."""

import pickle

import pytest

from exec_api_client import APIError, APIStatusError, AsyncExecClient, ExecError, RetryPolicy
from tests.key.search import CANARY, absent, search


def test_every_exception_comes_back_from_a_pickle_as_it_was() -> None:
    kinds = [ExecError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert len(kinds) > 15
    for kind in kinds:
        error = kind("GET /x: said: no: ")
        if isinstance(error, APIError):
            error.method, error.path = "GET", "/x"
        if isinstance(error, APIStatusError):
            error = kind(
                "no", method="GET", path="/x", status_code=429, type="t", code="c", headers={"a": "b"}
            )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            search(error)
            again = pickle.loads(pickle.dumps(error, protocol))
            assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


async def test_pickling_a_client_says_why_not() -> None:
    async with AsyncExecClient(CANARY, retry=RetryPolicy()) as client:
        with pytest.raises(
            TypeError, match="a client is not pickled: it holds a key and connections"
        ) as caught:
            pickle.dumps(client)
        absent(str(caught.value))
