"""A FastAPI application for many visitors: `uvicorn --app-dir examples --workers 4 web_app:app`.

Each worker has one client, which holds the connections. All workers, and the nightly export, count in one
store, so together they keep the workspace's limits. EXEC_QUOTA names it, see workspace.py.
There is no login here; whoever reaches the application sees the workspace.
"""

import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse
from workspace import connect

from exec_api_client import (
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncExecClient,
    BadRequestError,
    ConfigurationError,
    NotFoundError,
    RateLimitError,
    RetryPolicy,
)

log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    # A visitor waits ten seconds at most, and a program that asks too fast is told so at once.
    async with connect(deadline=10.0, retry=RetryPolicy(max_retries=1, max_wait=2.0)) as client:
        app.state.client = client
        yield


def shared_client(request: Request) -> AsyncExecClient:
    client: AsyncExecClient = request.app.state.client
    return client


Client = Annotated[AsyncExecClient, Depends(shared_client)]
app = FastAPI(title="Practice sessions", lifespan=lifespan)


@app.get("/sessions")
async def list_sessions(
    client: Client,
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """One page of the sessions, newest first: one request to the API."""
    found = await client.sessions.list(page=page, page_size=page_size)
    sessions = [session.to_dict() for session in found]
    return {"sessions": sessions, "page": page, "pages": found.total_pages, "total": found.total_count}


@app.get("/sessions/{session_id}")
async def read_session(client: Client, session_id: str) -> dict[str, Any]:
    """A session with its evaluations."""
    return (await client.sessions.get(session_id, include=["evaluations"])).to_dict()


@app.exception_handler(BadRequestError)
@app.exception_handler(NotFoundError)
async def refused(_: Request, error: APIStatusError) -> JSONResponse:
    return JSONResponse({"detail": error.message}, error.status_code)


@app.exception_handler(ConfigurationError)
async def wrong_argument(_: Request, error: ConfigurationError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422)


@app.exception_handler(APIError)
async def failed(_: Request, error: APIError) -> JSONResponse:
    """What the visitor cannot help: the details are for the log."""
    log.error("%s", error)
    if isinstance(error, RateLimitError):
        headers = {"Retry-After": str(math.ceil(error.retry_after or 60))}
        return JSONResponse({"detail": "busy, try again later"}, 503, headers)
    late = isinstance(error, APITimeoutError)
    return JSONResponse({"detail": "the Exec API does not answer as it should"}, 504 if late else 502)
