"""Versions and settings, for reports of bugs: `python -m exec_api_client --ping`.

Exit status: 0 fine, 1 an error, 2 wrong arguments. The API key is never printed.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import os
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from . import AsyncExecClient, AsyncPager, ExecError, Hooks, InternalServerError, RetryPolicy, __version__
from .generated._source import DOCUMENT_SHA256
from .vendor import NAME


def main(arguments: Sequence[str] | None = None) -> int:
    """Print versions and settings and return the exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=main.__doc__)
    parser.add_argument("--ping", action="store_true", help="make one small call and print its status")
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    options = parser.parse_args(arguments)
    key = os.environ.get("EXEC_API_KEY", "").strip()
    right = re.fullmatch("exec_live_[A-Za-z0-9]{40}", key)
    _print(NAME, f"{__version__}, with Python {platform.python_version()}")
    for name in ("httpx", "attrs", "python-dateutil", "orjson"):
        with suppress(PackageNotFoundError):
            _print(name, version(name))
    _print("document", f"SHA-256 {DOCUMENT_SHA256}")
    _print("API key", "set" if right else "not exec_live_ and 40 letters or digits" if key else "not set")
    try:
        _print("base URL", AsyncExecClient("not-sent").base_url)
        if options.ping:
            asyncio.run(_ping())
    except ExecError as error:
        _print("error", f"{type(error).__name__}: {error}")
        return 1
    return 0


def _print(name: str, value: str) -> None:
    print(f"{name:17}{re.sub('exec_live_[A-Za-z0-9]+', '[key]', value)}")


async def _ping() -> None:
    """Ask for one item of the first list that needs no arguments and is served."""
    hooks = Hooks(on_response=lambda got: _print("ping", f"{got.status} in {got.elapsed:.2f} s"))
    async with AsyncExecClient(deadline=15, retry=RetryPolicy(max_retries=0), hooks=hooks) as client:
        for items in _lists(client):
            try:
                await items
            except InternalServerError as error:
                if error.status_code != HTTPStatus.NOT_IMPLEMENTED:  # the sandbox serves some lists only
                    raise
            else:
                break


def _lists(client: AsyncExecClient) -> Iterator[AsyncPager[Any]]:
    for resource, _ in inspect.getmembers_static(client, lambda member: isinstance(member, cached_property)):
        for _, method in inspect.getmembers(getattr(client, resource), inspect.ismethod):
            parameters = inspect.signature(method).parameters
            if "page_size" in parameters and all(one.default is not one.empty for one in parameters.values()):
                yield method(page_size=1)


if __name__ == "__main__":
    sys.exit(main())
