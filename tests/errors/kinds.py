"""The exceptions that answers become."""

import json
from typing import Any

import httpx

from exec_api_client import APIStatusError, RetryPolicy
from tests.fakes import Api
from tests.virtual_time import EPOCH, START, environment, run

# The Unix time of each call below.
NOW = EPOCH + START


def error_of(
    body: Any = None,
    *,
    status: int = 400,
    headers: Any = None,
    raw: bytes | None = None,
    max_wait: float = 120.0,
) -> APIStatusError:
    """Return the exception of a call that gets this answer."""
    content = json.dumps(body).encode() if raw is None else raw
    api = Api(httpx.Response(status, headers=headers, content=content))

    async def call() -> APIStatusError:
        policy = RetryPolicy(max_retries=0, max_wait=max_wait)
        async with api.client(retry=policy, _environment=environment()) as client:
            try:
                await client.sessions.list()
            except APIStatusError as error:
                return error
        raise AssertionError("the call succeeded")

    return run(call)
