"""What the examples share: the workspace that they read, and how they start and end.

With EXEC_API_KEY set that is your workspace, else a sandbox in this process with invented data. All
programs count its requests together, in the store that EXEC_QUOTA names: a file, or redis://HOST:PORT/0.
"""

import argparse
import asyncio
import io
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exec_api_client import AsyncExecClient, ExecError, RateLimit, RedisStore, RetryPolicy
from exec_api_client.sandbox import NOW, SANDBOX_KEY, Sandbox


def invented() -> bool:
    """Whether the sandbox is read, since there is no key."""
    return not os.environ.get("EXEC_API_KEY")


def settings(sandbox: Sandbox | None = None) -> dict[str, Any]:
    """The arguments of a client of that workspace; `sandbox` is read if there is no key."""
    if not invented():
        return {}
    print("EXEC_API_KEY is not set: the data are the sandbox's, and invented.", file=sys.stderr)
    return {"api_key": SANDBOX_KEY, "transport": (sandbox or Sandbox()).transport()}


def quota_store() -> str | RedisStore | None:
    """The store of the workspace's quota; the sandbox in this process needs none.

    Without EXEC_QUOTA that is a file beside the examples. If EXEC_QUOTA is empty, each process counts alone.
    """
    named = os.environ.get("EXEC_QUOTA", str(Path(__file__).with_name("exec-quota.db")))
    if invented() or not named:
        return None
    return RedisStore(named) if "://" in named else named


def connect(
    *,
    sandbox: Sandbox | None = None,
    rate_limit: RateLimit | None = None,
    deadline: float = 300.0,
    retry: RetryPolicy | None = None,
) -> AsyncExecClient:
    """A client whose calls all end; 300 seconds leave room for the waits that the limits ask for."""
    return AsyncExecClient(
        deadline=deadline,
        rate_limit=rate_limit or RateLimit(store=quota_store()),
        retry=retry or RetryPolicy(),
        **settings(sandbox),
    )


def now() -> datetime:
    """The present; in the sandbox it stands still."""
    return NOW if invented() else datetime.now(UTC)


def arguments(about: str | None, *names: str) -> list[Any]:
    """The arguments of the command line; one whose name is in brackets may be left out, and is None.

    Others end the program with status 2; `--help` prints `about`, the program's docstring.
    """
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    for name in names:
        parser.add_argument(name.strip("[]"), nargs="?" if name.startswith("[") else None)
    return list(vars(parser.parse_args()).values())


def run(program: Coroutine[object, object, object] | Callable[[], object]) -> int:
    """Run a program and return the exit status; a failure is one line on stderr.

    That what reads the output has seen enough, as `head` has, is no failure.
    """
    sys.stdout = sys.stdout or io.StringIO()  # a service may have none
    logging.basicConfig(format="%(asctime)s %(message)s")  # the client tells of each retry
    try:
        asyncio.run(program) if isinstance(program, Coroutine) else program()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as error:  # rich makes an exit of a broken pipe
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ExecError, OSError) as error:
        print(f"{Path(sys.argv[0]).stem}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
