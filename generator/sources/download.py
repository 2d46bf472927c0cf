"""Downloads within limits: the only part of the generator on the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx

from ..errors import GeneratorError, refuse

AT_ONCE = 4
WAITS = (1.0, 2.0, 4.0)  # seconds before each further attempt
MOST_SECONDS = 30.0  # without progress
MOST_BYTES = 10_000_000

_PASSING = (429, 500, 502, 503, 504)


def origin(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address.

    Raises:
        GeneratorError: The address is not one of the web.
    """
    wrong = GeneratorError("an address must be like https://host/path, without a user or a password")
    try:
        parts = urlsplit(address)
        found = parts.scheme, parts.hostname or "", parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise wrong
    return found


def download(
    addresses: Collection[str],
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, bytes]:
    """Return the content of addresses, a few at once. A redirection to another host is not followed.

    Raises:
        GeneratorError: Some of them cannot be read; names each.
    """
    homes = {origin(address) for address in addresses}

    def stay(request: httpx.Request) -> None:
        if origin(str(request.url)) not in homes:
            raise GeneratorError(
                f"redirected to another host; if that is right, name it as SOURCE: {request.url}"
            )

    with (
        httpx.Client(
            headers={"User-Agent": "exec-api-client-generator"},
            timeout=MOST_SECONDS,
            transport=transport,
            follow_redirects=True,
            event_hooks={"request": [stay]},
        ) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        tasks = {address: pool.submit(_read, client, address, sleep) for address in addresses}
    refuse(
        f"{address}: {error}"
        for address, task in tasks.items()
        if isinstance(error := task.exception(), GeneratorError)
    )
    return {address: task.result() for address, task in tasks.items()}


def _read(client: httpx.Client, address: str, sleep: Callable[[float], None]) -> bytes:
    problem = ""
    for wait in (0.0, *WAITS):
        if wait:
            sleep(wait)
        try:
            with client.stream("GET", address) as response:
                if response.status_code == 200:
                    return _content(response)
                problem = f"status {response.status_code}"
                if response.status_code not in _PASSING:
                    break
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = f"no answer ({error or type(error).__name__})"
    raise GeneratorError(
        f"{problem}; fetch again later, name an address that anyone can read, "
        "or save the other pages in a folder and name that as SOURCE"
    )


def _content(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise GeneratorError(f"must have at most {MOST_BYTES:,} bytes; name another address")
    return bytes(body)
