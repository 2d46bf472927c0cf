"""What the examples share: the workspace that they read, and how they start and end.

With EXEC_API_KEY set that is your workspace, else a sandbox in this process with invented data.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path

from exec_api_client import AsyncExecClient, ExecError, RateLimit, RetryPolicy
from exec_api_client.sandbox import NOW, SANDBOX_KEY, Sandbox


def connect(
    *,
    rate_limit: RateLimit | None = None,
    deadline: float = 300.0,
    retry: RetryPolicy | None = None,
    invented_sessions: int = 400,
) -> AsyncExecClient:
    """A client whose calls all end; 300 seconds leave room for the waits that the limits ask for."""
    rate_limit, retry = rate_limit or RateLimit(), retry or RetryPolicy()
    if os.environ.get("EXEC_API_KEY"):
        return AsyncExecClient(deadline=deadline, rate_limit=rate_limit, retry=retry)
    print("EXEC_API_KEY is not set: the data are the sandbox's, and invented.", file=sys.stderr)
    transport = Sandbox(sessions=invented_sessions).transport()
    return AsyncExecClient(
        SANDBOX_KEY, transport=transport, deadline=deadline, rate_limit=rate_limit, retry=retry
    )


def now() -> datetime:
    """The present; in the sandbox it stands still."""
    return datetime.now(UTC) if os.environ.get("EXEC_API_KEY") else NOW


def run(program: Coroutine[object, object, object]) -> int:
    """Run a program and return the exit status; a failure is one line on stderr."""
    logging.basicConfig(format="%(asctime)s %(message)s")  # the client tells of each retry
    try:
        asyncio.run(program)
    except (ExecError, OSError) as error:
        print(f"{Path(sys.argv[0]).stem}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
