"""Says what this package is and whether its environment is right: `python -m exec_api_client --ping`.

It prints the version, what the code was generated from, and a line for each thing that a call needs, with
what to do where one is wrong. Nothing is sent without `--ping`, which makes one small call. The key is
never printed, nor is a part of it.

Exit status: 0 fine, 1 a problem, 2 arguments that cannot be used.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import os
import ssl
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast
from urllib.request import getproxies, proxy_bypass

from ._copies import NAME
from ._environment import SETTINGS, Finding, findings
from ._output import escape_unprintable, say
from ._version import __version__
from .client import BASE_URL, AsyncExecClient
from .errors import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    ExecError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodeError,
    redact,
)
from .generated._source import DOCUMENT_SHA256, DOCUMENT_VERSION, GENERATOR
from .hooks import Hooks, RequestSent, ResponseReceived
from .limits import Usage
from .pagination import AsyncPager
from .resources import Resource
from .retry import RetryPolicy

# Seconds that a ping may take: who asks whether something works is waiting for the answer.
_PATIENCE = 15.0

# A shorter text is no key, and may stand anywhere.
_SHORTEST = 8

Event = RequestSent | ResponseReceived


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what there is to say; returns the exit status.

    Args:
        arguments: Those of the command line; by default the process's own.

    Raises:
        SystemExit: The arguments cannot be used, as argparse does.
    """
    options = _parser().parse_args(arguments)
    escape_unprintable()  # what a server says may be more than a console can show
    key = os.environ.get("EXEC_API_KEY", "").strip()
    _show(about(), key)
    found = findings(os.environ, getproxies(), proxy_bypass, installed, certified)
    _show(["", *map(_line, found)], key)
    problems = [finding.name for finding in found if not finding.right]
    if options.ping:
        # What is no key of Exec may be one of somebody else's: it is not sent.
        pinged = [_not_made(problems)] if problems else asyncio.run(_ping(key))
        _show(map(_line, pinged), key)
        problems += [finding.name for finding in pinged if not finding.right]
    return 1 if problems else 0


def about() -> list[str]:
    """What this package is and what it was made from."""
    return [
        f"{NAME} {__version__}",
        f"document   {DOCUMENT_VERSION}, SHA-256 {DOCUMENT_SHA256}",
        f"generator  {GENERATOR}",
    ]


def installed(name: str) -> str | None:
    """The installed version of a distribution; None where it is not known.

    Args:
        name: The distribution's name.
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def lists(client: AsyncExecClient) -> Iterator[AsyncPager[Any]]:
    """One item of each list, by name, that needs no argument: the least that can be asked for.

    Args:
        client: Its resources are walked; nothing is sent.
    """
    for name in sorted(name for name in dir(type(client)) if not name.startswith("_")):
        resource = getattr(client, name)
        if not isinstance(resource, Resource):
            continue
        for of in sorted(of for of in dir(resource) if not of.startswith("_")):
            method = getattr(resource, of)
            parameters = inspect.signature(method).parameters
            complete = all(parameter.default is not parameter.empty for parameter in parameters.values())
            if complete and "page_size" in parameters and not inspect.iscoroutinefunction(method):
                yield cast("AsyncPager[Any]", method(page_size=1))


async def ping(client: AsyncExecClient, events: Sequence[Event]) -> list[Finding]:
    """Make one call and say what came of it; another only where the server does not know the first.

    Args:
        client: What to call with.
        events: What the client's hooks tell of it.
    """
    asked = False
    failure: Exception | None = None
    for pager in lists(client):
        asked, failure = True, None
        try:
            await pager
        except NotFoundError as error:
            failure = error
            continue
        except ExecError as error:
            failure = error
        break
    if not asked:
        return [Finding("ping", "not made: no list of this API can be asked for without arguments", False)]
    answers = [event for event in events if isinstance(event, ResponseReceived)]
    sent = sum(isinstance(event, RequestSent) for event in events)
    said = [f"{one.method} {one.path}: {one.status} in {one.elapsed:.2f} s" for one in answers]
    said += [] if said else ["no answer"]
    said += [f"{sent} request{'' if sent == 1 else 's'}"]
    said += [] if failure is None else [advice(failure)]
    # Of a call that failed nothing is known of the quota, and after a 429 others have used it.
    left = _left(client.usage) if failure is None else []
    return [Finding("ping", ", ".join(said), failure is None), *left]


def advice(error: Exception) -> str:
    """What a failed call means and what to do.

    Args:
        error: What the call raised.
    """
    said = error.message if isinstance(error, APIStatusError) else str(error)
    match error:
        case AuthenticationError():
            todo = f"the key is not accepted: make one under {SETTINGS} and set EXEC_API_KEY to it"
        case PermissionDeniedError():
            todo = f"the key may not do this: make another under {SETTINGS}"
        case RateLimitError(retry_after=None):
            todo = "the workspace has used up its requests: try again in a minute, or tomorrow"
        case RateLimitError(retry_after=seconds):
            todo = f"the workspace has used up its requests: try again in {seconds:g} s"
        case InternalServerError():
            todo = "the API has a fault: try again later"
        case NotFoundError() | ResponseDecodeError() | APIStatusError():
            todo = "this does not answer as the Exec API does: check EXEC_BASE_URL"
        case APIConnectionError():
            todo = "check the network, the proxy, the certificates and the host in EXEC_BASE_URL"
        case _:
            todo = "the call could not be made: check the proxy and the certificates"
    return f"{todo} ({said})"


def _left(usage: Usage | None) -> list[Finding]:
    if usage is None:
        return []
    minute = f"{usage.per_minute - usage.minute} of {usage.per_minute} requests a minute"
    day = f"{usage.per_day - usage.day} of {usage.per_day} a day"
    return [Finding("limits", f"{minute} and {day} are left, less what others have used")]


def certified(name: str, path: str) -> bool:
    """Whether certificates can be read from where SSL_CERT_FILE or SSL_CERT_DIR, the name, says."""
    if name == "SSL_CERT_DIR":
        return any(map(os.path.isdir, path.split(os.pathsep)))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:
        return False
    return True


async def _ping(key: str) -> list[Finding]:
    events: list[Event] = []
    async with AsyncExecClient(
        key,
        base_url=os.environ.get("EXEC_BASE_URL") or BASE_URL,
        timeout=_PATIENCE,
        deadline=_PATIENCE,
        retry=RetryPolicy(max_retries=0),
        hooks=Hooks(on_request=events.append, on_response=events.append),
    ) as client:
        return await ping(client, events)


def _not_made(problems: Sequence[str]) -> Finding:
    return Finding("ping", f"not made: mend {', '.join(problems)} first", False)


def _show(lines: Sequence[str] | map[str], key: str) -> None:
    for line in lines:
        # Whatever a proxy, a server or a library says: what is a key, or looks like one, is not shown.
        hidden = redact(line.replace(key, "[key]") if len(key) >= _SHORTEST else line)
        say(hidden)


def _line(finding: Finding) -> str:
    return f"{'ok' if finding.right else 'PROBLEM':<9}{finding.name:<17}{finding.said}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description="Says what this package is and whether its environment is right.",
        epilog="Exit status: 0 fine, 1 a problem, 2 arguments that cannot be used.",
    )
    parser.add_argument("--ping", action="store_true", help="make one small call and say what came back")
    return parser


if __name__ == "__main__":
    sys.exit(main())
